package lambdasim

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// logSettings are the variables that belong to the function's configuration in Lambda, so Options.Env may change them.
func logSettings() map[string]string {
	return map[string]string{"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"}
}

// reserved are the variables that Lambda sets and doesn't let a function's configuration set.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func (f *Function) reserved(runtimeAPI string) map[string]string {
	return map[string]string{
		"AWS_LAMBDA_RUNTIME_API":          runtimeAPI,
		"_HANDLER":                        "bootstrap",
		"LAMBDA_TASK_ROOT":                filepath.Dir(f.opts.Bootstrap),
		"AWS_LAMBDA_FUNCTION_NAME":        f.opts.FunctionName,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.opts.MemoryMB),
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.opts.FunctionName,
		"AWS_LAMBDA_LOG_STREAM_NAME":      logStream(),
		"AWS_REGION":                      f.opts.Region,
		"TZ":                              ":UTC",
	}
}

// logStream names a stream for one environment, like 2026/01/31/[$LATEST]0123….
func logStream() string {
	return time.Now().UTC().Format("2006/01/02/") + "[$LATEST]" + strings.ReplaceAll(newUUID(), "-", "")
}

// variables is the whole environment of a process. Nothing comes from this program's own: a function that runs here
// only because of something set in the developer's shell would fail in Lambda.
func (f *Function) variables(runtimeAPI string) []string {
	all := logSettings()
	maps.Copy(all, f.opts.Env)
	maps.Copy(all, f.reserved(runtimeAPI))
	var list []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, name+"="+all[name])
	}
	return list
}

func refuseReserved(env map[string]string) error {
	var names []string
	for name := range (&Function{}).reserved("") {
		if _, set := env[name]; set {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		return fmt.Errorf("run a function: Lambda reserves the variables %s", strings.Join(names, ", "))
	}
	return nil
}
