// Package docs tests docs/guides/go.md.
package docs

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/protos/examples/go/internal/servertest"
)

const (
	page      = "../../../../docs/guides/go.md"
	moduleDir = "../.."
)

// blocks returns the pieces of the page in a language, one after the other.
func blocks(t *testing.T, language string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, match := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllSubmatch(text, -1) {
		all.Write(match[1])
	}
	return all.String()
}

func TestThePiecesOfThePageAreOneProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(program, []byte(blocks(t, "go")), 0o600); err != nil {
		t.Fatal(err)
	}
	s := servertest.Start(t, nil)
	got := run(t, s, "run", program)
	if want := blocks(t, "text"); got != want {
		t.Errorf("it prints\n%s, and the page says\n%s", got, want)
	}
	run(t, s, "vet", program)
}

// run runs the command go on a file, and returns its output.
func run(t *testing.T, s *servertest.Server, verb, file string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "go", verb, file)
	command.Dir = moduleDir
	command.Env = append(
		os.Environ(), "USER_ADDRESS="+s.UserAddress(), "ORDER_ADDRESS="+s.OrderAddress(), "CA_FILE=", "TOKEN=",
	)
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("go %s: %v\n%s%s", verb, err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

func TestEachDifferenceOnThePageHasItsTest(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	tests, err := os.ReadFile("differences_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "\n|---|---|---|---|\n")
	rows := strings.Split(strings.TrimSpace(table), "\n")
	for _, row := range rows {
		match := regexp.MustCompile("\\| `(Test\\w+)` \\|$").FindStringSubmatch(row)
		if match == nil || !strings.Contains(string(tests), "func "+match[1]+"(") {
			t.Errorf("no test shows %s", row)
		}
	}
	if named := strings.Count(string(tests), "\nfunc Test"); named != len(rows) {
		t.Errorf("the page has %d differences, and %d tests", len(rows), named)
	}
}
