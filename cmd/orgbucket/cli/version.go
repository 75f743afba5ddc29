package cli

import (
	"runtime/debug"

	"github.com/fusionpos/orgbucket/pkg/version"
)

// buildText is the release, and the commit that Go recorded, if it did.
func buildText() string {
	text := version.Release()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return text
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			text += ", commit " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			text += " with changes"
		}
	}
	return text + ", " + info.GoVersion
}
