package fault

import (
	"fmt"
	"runtime/debug"
)

// Panic is a panic that was caught, with the stack where it began.
type Panic struct {
	Value any
	Stack []byte
}

// Error gives the panic's value, without the stack.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Catch turns a panic into *err; defer it. One record's panic is that record's
// failure: it must reach neither the other records nor the process.
func Catch(err *error) {
	if v := recover(); v != nil {
		p := &Panic{Value: v, Stack: debug.Stack()}
		*err = &Error{Code: Internal, Message: p.Error(), Cause: p}
	}
}
