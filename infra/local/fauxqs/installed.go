package fauxqs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Version is the fauxqs that this package was made for; infra/local/package.json pins the same.
const Version = "1.9.2"

// install is the command that mends what checkInstalled finds.
const install = "npm ci --prefix infra/local"

func checkInstalled(modules string) error {
	path := filepath.Join(modules, "fauxqs", "package.json")
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("fauxqs is not installed in %s: run `%s`", modules, install)
	}
	if err != nil {
		return fmt.Errorf("read the version of fauxqs: %w", err)
	}
	var installed struct{ Version string }
	if err := json.Unmarshal(content, &installed); err != nil {
		return fmt.Errorf("read the version of fauxqs from %s: %w", path, err)
	}
	if installed.Version != Version {
		return fmt.Errorf("fauxqs %s is installed in %s, but %s is needed: run `%s`", installed.Version, modules, Version, install)
	}
	return nil
}
