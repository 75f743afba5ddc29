package doctor

import "context"

// CheckNames are the checks' names in their order.
func CheckNames() (names []string) {
	for _, c := range checks {
		names = append(names, c.name)
	}
	return names
}

// Check runs one check alone.
func (d *Doctor) Check(ctx context.Context, name string) Result {
	for _, c := range checks {
		if c.name == name {
			r := c.run(ctx, d.visit(ctx))
			r.Check = name
			return r
		}
	}
	return Result{}
}
