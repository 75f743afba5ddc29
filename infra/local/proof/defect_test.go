package proof

import (
	"github.com/fusionpos/orgbucket/infra/local/s3server"
)

// defect is what goes wrong with a call.
type defect struct {
	name  string
	fault s3server.Fault
	kill  bool // the function's process, at that moment
}

// defects are all that is tried. Their names are those of pkg/proof.
func defects() []defect {
	const blocked = "User: arn:aws:sts::000000000000:assumed-role/function is not authorized to perform: s3:PutBucketPolicy because public policies are blocked by the BlockPublicPolicy block public access setting."
	answer := func(name string, status int, code, message string) defect {
		return defect{name: name, fault: s3server.Fault{Status: status, Code: code, Message: message}}
	}
	return []defect{
		answer("500", 500, "InternalError", "We encountered an internal error. Please try again."),
		answer("503 SlowDown", 503, "SlowDown", "Please reduce your request rate."),
		answer("OperationAborted", 409, "OperationAborted", "A conflicting conditional operation is currently in progress against this resource. Please try again."),
		answer("AccessDenied", 403, "AccessDenied", "Access Denied"),
		answer("AccessDenied naming BlockPublicPolicy", 403, "AccessDenied", blocked),
		answer("NoSuchBucket", 404, "NoSuchBucket", "The specified bucket does not exist"),
		answer("MalformedPolicy", 400, "MalformedPolicy", "Invalid principal in policy"),
		{name: "reset before the work", fault: s3server.Fault{Reset: true}},
		{name: "reset after the work", fault: s3server.Fault{Reset: true, After: true}},
		{name: "timeout past the deadline", fault: s3server.Fault{Hang: true}},
		{name: "timeout past the deadline after the work", fault: s3server.Fault{Hang: true, After: true}},
		{name: "killed before the work", fault: s3server.Fault{Reset: true}, kill: true},
		{name: "killed after the work", fault: s3server.Fault{Reset: true, After: true}, kill: true},
	}
}

// How long a call stays broken.
const (
	once    = "once"
	forGood = "for good" // until somebody mends it, after the message has become a dead letter
)

// modes are how long a call is broken in this way. For good is left to what is
// cheap: hanging or killing on every receive takes a lane of its own for long.
func (d defect) modes() []string {
	if d.kill || d.fault.Hang {
		return []string{once}
	}
	return []string{once, forGood}
}
