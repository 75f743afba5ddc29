// Package result is what the benchmark says: runs, summed up into rows; tables,
// a plot and a JSON document of them; the comparison with an earlier document;
// and the targets.
package result
