package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
)

// modules is a folder of modules.
type modules string

// goSum returns the lines for a version in the form of go.sum.
func (m modules) goSum(path, version string) ([]byte, error) {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(string(m), escaped, "@v", version)
	ofZip, err := dirhash.HashZip(file+".zip", dirhash.Hash1)
	if err != nil {
		return nil, err
	}
	ofMod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return os.Open(file + ".mod")
	})
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s %s %s\n%s %s/go.mod %s\n", path, version, ofZip, path, version, ofMod), nil
}
