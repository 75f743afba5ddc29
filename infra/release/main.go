// Command release builds the operators' tool for the systems that operators have, and
// packs each into an archive with the licences of what is in it, and all with their
// checksums: `make release`. The same sources make the same bytes.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

// target is a system and a processor, as Go calls them.
type target struct{ os, arch string }

// targets are what a release is built for.
var targets = []target{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

func main() {
	name := flag.String("version", "", "the release, as its tag: v1.2.0")
	to := flag.String("o", "dist/release", "where the archives go")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := release(ctx, *name, *to, targets); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release builds an archive for each target, and writes their checksums.
func release(ctx context.Context, name, to string, targets []target) error {
	if name == "" {
		return fmt.Errorf("which version? -version v1.2.0, or tag the commit")
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("make the folder of the archives: %w", err)
	}
	var sums []byte
	for _, t := range targets {
		files, err := t.contents(ctx, name)
		if err != nil {
			return fmt.Errorf("build for %s/%s: %w", t.os, t.arch, err)
		}
		packed, err := t.pack(files)
		if err != nil {
			return fmt.Errorf("pack for %s/%s: %w", t.os, t.arch, err)
		}
		archive := t.archive(name)
		if err := os.WriteFile(filepath.Join(to, archive), packed, 0o644); err != nil {
			return fmt.Errorf("write the archive: %w", err)
		}
		sums = append(sums, sumLine(packed, archive)...)
		fmt.Printf("%s  %d bytes\n", filepath.Join(to, archive), len(packed))
	}
	return os.WriteFile(filepath.Join(to, "SHA256SUMS"), sums, 0o644)
}
