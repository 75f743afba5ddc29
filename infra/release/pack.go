package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"time"
)

// file is one of an archive.
type file struct {
	name    string
	mode    int64
	content []byte
}

// when is the time of every file, so that equal sources make equal archives. zip knows
// none before 1980.
var when = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// archive is the name of a target's archive.
func (t target) archive(version string) string {
	ending := "tar.gz"
	if t.os == "windows" {
		ending = "zip"
	}
	return fmt.Sprintf("orgbucket_%s_%s_%s.%s", version, t.os, t.arch, ending)
}

// sumLine is a line as sha256sum -c reads it.
func sumLine(content []byte, name string) string {
	return fmt.Sprintf("%x  %s\n", sha256.Sum256(content), name)
}

func (t target) pack(files []file) ([]byte, error) {
	if t.os == "windows" {
		return packZip(files)
	}
	return packTar(files)
}

func packTar(files []file) ([]byte, error) {
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	w := tar.NewWriter(compressed)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.content)), ModTime: when, Format: tar.FormatUSTAR}); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := compressed.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func packZip(files []file) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: when})
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
