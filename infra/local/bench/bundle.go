package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// rootFiles are where systems keep their certificates; Go looks there, too.
var rootFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
}

// writeBundle writes the system's root certificates, which a process on Lambda
// has to load as well, and the server's own. systemRoots is false if the system
// has none where they are looked for.
func writeBundle(dir, certificate string) (path string, systemRoots bool, err error) {
	path = filepath.Join(dir, "certificates.pem")
	for _, file := range rootFiles {
		if roots, err := os.ReadFile(file); err == nil {
			certificate, systemRoots = string(roots)+"\n"+certificate, true
			break
		}
	}
	if err := os.WriteFile(path, []byte(certificate), 0o600); err != nil {
		return "", false, fmt.Errorf("write the certificates: %w", err)
	}
	return path, systemRoots, nil
}
