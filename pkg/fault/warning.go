package fault

// Warning is something that a person should know although nothing failed.
type Warning struct {
	// Code is its class; empty if it has none.
	Code Code
	// Text may quote what others wrote in a policy.
	Text string
}

// String returns the code and the text, as outcomes have them.
func (w Warning) String() string {
	if w.Code == "" {
		return w.Text
	}
	return string(w.Code) + ": " + w.Text
}

// MarshalText encodes the warning in JSON as String returns it.
func (w Warning) MarshalText() ([]byte, error) { return []byte(w.String()), nil }
