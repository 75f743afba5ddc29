package result

func of(x float64) Spread { return Spread{x, x, x} }

// sample is a document with a row of each kind.
func sample() Document {
	values := map[string]Spread{
		Wall: of(208.61), Init: {9.85, 6.98, 10.8}, Invoke: of(196.4), InitFirst: of(206.3), FirstCall: of(1.1), InitCPU: of(8), CPU: of(7.05),
		CallsPerOrg: of(11), Depth: {6, 5, 7}, Writes: of(40), Connections: {51, 50, 52}, Handshakes: of(51), Resumed: of(0), RSS: of(17.6), BytesIn: of(19_852), BytesOut: of(14_334),
	}
	row := func(name, contestant string, n, delay int) Row {
		r := Row{Key: Key{Case: name, Contestant: contestant, N: n, DelayMS: delay}, Runs: 3, Values: values}
		if contestant != Floor {
			r.ToFloor = map[string]Spread{Wall: {1.28, 1.25, 1.3}, Invoke: of(1.36), CPU: {2.9, 2.8, 3}, Init: of(1.44), InitFirst: of(1.2)}
		}
		return r
	}
	size := Row{Key: Key{Case: Binary, Contestant: Function, N: 0, DelayMS: 0}, Runs: 1, Values: map[string]Spread{SizeHost: of(9_937_058), SizeArm64: of(9_109_666)}, ToFloor: map[string]Spread{SizeHost: of(1.113), SizeArm64: of(1.103)}}
	long := Row{Key: Key{Case: Endurance, Contestant: Function, N: 10_000, DelayMS: 0}, Runs: 1, Values: map[string]Spread{RSSFirst: of(18), RSSLast: of(18.5)}}
	computed := row(FirstRun, Sequential, 1000, 30)
	computed.Extrapolated = true
	d := Document{
		Machine: Machine{2, "a processor", "go1.26.8", "linux/amd64", "2026-01-31"}, ConnectMS: 0.0912, Memory: []float64{18, 18.2, 18.5},
		Rows: []Row{
			row(FirstRun, Floor, 10, 0), row(FirstRun, Function, 10, 0), row(FirstRun, Floor, 10, 30), row(FirstRun, Function, 10, 30), computed,
			row(Together, Floor, 100, 30), row(Together, Function, 100, 30), row(Replay, Function, 10, 30), row(Alternative, Function, 10, 30), size, row(ColdStart, Function, 1, 0), row(OverTLS, Function, 1, 0),
			row(PathDirect, Function, 100, 0), row(Virtual, Function, 100, 0), long,
		},
	}
	d.Targets = Judge(d)
	return d
}
