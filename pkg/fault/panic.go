package fault

import (
	"fmt"
	"runtime/debug"
)

// Panic is a recovered panic with its stack.
type Panic struct {
	Value any
	Stack []byte
}

// Error returns the panic's value, without the stack.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Catch recovers from a panic and sets *err; it has to be deferred. A panic while
// one record is handled must reach neither the other records nor the process.
func Catch(err *error) {
	if v := recover(); v != nil {
		p := &Panic{Value: v, Stack: debug.Stack()}
		*err = &Error{Code: Internal, Message: p.Error(), Cause: p}
	}
}
