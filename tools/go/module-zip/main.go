// Command module-zip packs a version of the module example.com/protos in the form that a module proxy serves
// (https://go.dev/ref/mod#goproxy-protocol), and prints its checksums in the form of `go.sum`
// (https://go.dev/ref/mod#zip-files).
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("module-zip: ")
	version := flag.String("version", "", "version to pack, such as v1.2.0")
	at := flag.String("time", "", "time of the release, RFC 3339")
	source := flag.String("source", "", "folder of the module")
	revision := flag.String("revision", "", "commit to pack, where the folder is a git repository; else the folder's files")
	out := flag.String("out", "", "folder for VERSION.info, VERSION.mod and VERSION.zip")
	flag.Parse()
	sums, err := pack(*version, *at, *source, *revision, *out)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(sums); err != nil {
		log.Fatal(err)
	}
}

type sums struct {
	Zip string `json:"zip"`
	Mod string `json:"mod"`
}

func pack(version, at, source, revision, out string) (sums, error) {
	released, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return sums{}, err
	}
	goMod, err := readGoMod(source, revision)
	if err != nil {
		return sums{}, err
	}
	m := module.Version{Path: modfile.ModulePath(goMod), Version: version}
	if err := module.Check(m.Path, m.Version); err != nil {
		return sums{}, err
	}
	var content bytes.Buffer
	if revision == "" {
		err = zip.CreateFromDir(&content, m, source)
	} else {
		err = zip.CreateFromVCS(&content, m, source, revision, "")
	}
	if err != nil {
		return sums{}, err
	}
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{version, released})
	if err != nil {
		return sums{}, err
	}
	for ending, bytes := range map[string][]byte{"info": info, "mod": goMod, "zip": content.Bytes()} {
		if err := os.WriteFile(filepath.Join(out, version+"."+ending), bytes, 0o644); err != nil {
			return sums{}, err
		}
	}
	return sumsOf(filepath.Join(out, version+".zip"), goMod)
}

func sumsOf(zipFile string, goMod []byte) (sums, error) {
	ofZip, err := dirhash.HashZip(zipFile, dirhash.Hash1)
	if err != nil {
		return sums{}, err
	}
	ofMod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(goMod)), nil
	})
	if err != nil {
		return sums{}, fmt.Errorf("go.mod: %w", err)
	}
	return sums{Zip: ofZip, Mod: ofMod}, nil
}
