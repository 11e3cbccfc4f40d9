package main

import (
	"bufio"
	"io"
	"strings"
	"syscall"
	"testing"

	"example.com/protos/examples/go/internal/servertest"
	userv1 "example.com/protos/gen/go/user/v1"
)

func TestRunServesUntilASignal(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		stdout, write := io.Pipe()
		ended := make(chan error, 1)
		go func() {
			ended <- run([]string{"--user-address", "localhost:0", "--order-address=127.0.0.1:0"}, write, io.Discard)
			write.Close()
		}()
		lines := bufio.NewReader(stdout)
		address := wantAddress(t, lines, "UserService listening on ", "localhost:")
		wantAddress(t, lines, "OrderService listening on ", "127.0.0.1:")
		users := userv1.NewUserServiceClient(servertest.Dial(t, address))
		if _, err := users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 1}); err != nil {
			t.Error(err)
		}
		if err := syscall.Kill(syscall.Getpid(), signal); err != nil {
			t.Fatal(err)
		}
		if more, err := io.ReadAll(lines); err != nil || len(more) > 0 {
			t.Errorf("there is more: %q, %v", more, err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func wantAddress(t *testing.T, lines *bufio.Reader, before, host string) string {
	t.Helper()
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), before)
	if !ok || !strings.HasPrefix(address, host) || strings.HasSuffix(address, ":0") {
		t.Fatalf("the line is %q", line)
	}
	return address
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{
		{"--nope"}, {"more"}, {"--tls-cert", "x"}, {"--calls-per-second", "0"}, {"--users-ca", "x"},
		{"--user-address", "localhost"}, {"--user-address", "localhost:0", "--jwks", "/nowhere"},
	} {
		if err := run(args, io.Discard, io.Discard); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}

func TestHelp(t *testing.T) {
	var stdout strings.Builder
	if err := run([]string{"--help"}, &stdout, io.Discard); err != nil ||
		!strings.Contains(stdout.String(), "-jwks FILE") {
		t.Errorf("the help is %q, %v", stdout.String(), err)
	}
}
