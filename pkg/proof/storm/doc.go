// Package storm shows what becomes of a hundred thousand signups in a minute
// when S3 throttles: the real edge, provisioning, S3 adapter and SDK run against
// the fake S3 in virtual time, fed by a model of the queue and its event source
// with the settings that are deployed. It has tests only; docs/scaling.md has
// their figures.
package storm
