package result

// Times, in milliseconds.
const (
	Wall      = "wallMs"      // from exec to the last answer
	Init      = "initMs"      // from exec to the first request for an invocation
	Invoke    = "invokeMs"    // from the first event to the last answer
	First     = "firstMs"     // of the first invocation
	InitFirst = "initFirstMs" // Init and First
	Last      = "lastMs"      // of the last invocation
	FirstCall = "firstCallMs" // from the first event to the first call of AWS
	InitCPU   = "initCpuMs"   // user and system, until the first request for an invocation
	CPU       = "cpuMsPerOrg" // user and system after that, for one organization
)

// Counts.
const (
	CallsPerOrg = "callsPerOrg"
	Depth       = "depth" // longest chain of calls for one organization
	Writes      = "writes"
	InFlight    = "inFlight"
	Connections = "connections"
	Handshakes  = "handshakes"
	Resumed     = "resumed"        // of the handshakes
	BytesIn     = "bytesInPerOrg"  // that the contestant sent
	BytesOut    = "bytesOutPerOrg" // that it received
)

// Sizes.
const (
	RSS       = "peakRssMb" // resident memory at its largest, in units of 1024²
	SizeHost  = "binaryBytes"
	SizeArm64 = "arm64Bytes"
	RSSFirst  = "rssFirstMb" // after the first tenth of many batches
	RSSLast   = "rssLastMb"  // after all of them
)

// The cases.
const (
	FirstRun    = "first run"
	Together    = "two processes" // a first run with two batches at once, as deployed
	Replay      = "replay"
	Repair      = "repair"
	Alternative = "alternative name"
	Binary      = "binary"
	ColdStart   = "cold start"
	OverTLS     = "cold start, TLS"
	Endurance   = "endurance"
	PathDirect  = "path style"
	PathTunnel  = "path style, CONNECT"
	Virtual     = "virtual-hosted, CONNECT"
	Memory      = "memory"
)
