package cli

import (
	"strings"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// Advice returns a hint with its commands ready to paste: they name the stage, and the
// organization, for which they have ORG; without an id that stays.
func (a *App) Advice(hint string, id org.ID) string {
	return quoted.ReplaceAllStringFunc(hint, func(command string) string {
		if id != "" {
			command = strings.ReplaceAll(command, "ORG", string(id))
		}
		if a.Stage == "" || !strings.HasPrefix(command, "`orgbucket ") || strings.Contains(command, " --stage ") {
			return command
		}
		return strings.TrimSuffix(command, "`") + " --stage " + a.Stage + "`"
	})
}
