package main

import (
	"os"
	"os/exec"
	"path/filepath"
)

// readGoMod reads the folder's go.mod, from the commit if a revision is given.
func readGoMod(source, revision string) ([]byte, error) {
	if revision == "" {
		return os.ReadFile(filepath.Join(source, "go.mod"))
	}
	return exec.Command("git", "-C", source, "show", revision+":go.mod").Output()
}
