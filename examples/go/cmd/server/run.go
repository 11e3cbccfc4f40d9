package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os/signal"
	"syscall"
	"time"

	"example.com/protos/examples/go/internal/server"
)

// drainLimit is how long calls in progress may continue after a signal.
const drainLimit = 10 * time.Second

// run serves until SIGINT or SIGTERM.
func run(args []string, stdout, stderr io.Writer) error {
	options, err := parse(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	options.Log = slog.New(slog.NewTextHandler(stderr, nil))
	stopping, restoreSignals := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	s, err := server.Start(options)
	if err != nil {
		return err
	}
	fmt.Fprintf(
		stdout, "UserService listening on %s\nOrderService listening on %s\n",
		s.UserAddress(), s.OrderAddress(),
	)
	<-stopping.Done()
	restoreSignals() // a second signal ends the process at once
	s.Stop(drainLimit)
	return nil
}

func parse(args []string, stdout io.Writer) (server.Options, error) {
	var o server.Options
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(
		&o.UserAddress, "user-address", "localhost:9000",
		"`HOST:PORT` of UserService; port 0 takes any free port",
	)
	flags.StringVar(&o.OrderAddress, "order-address", "localhost:50051", "`HOST:PORT` of OrderService")
	flags.StringVar(&o.TLSCert, "tls-cert", "", "PEM `FILE` of the certificate; without it: plaintext")
	flags.StringVar(&o.TLSKey, "tls-key", "", "PEM `FILE` of the certificate's private key")
	flags.StringVar(
		&o.JWKS, "jwks", "",
		"`FILE` of the JSON Web Key Set of the token issuer; without it every caller may do everything",
	)
	flags.IntVar(
		&o.CallsPerSecond, "calls-per-second", 200,
		"the rate limit of each caller, `N` calls; a burst may be twice as many",
	)
	flags.StringVar(
		&o.UsersTarget, "users", "",
		"`TARGET` of the UserService that OrderService asks about customers; without it they are not checked",
	)
	flags.StringVar(
		&o.UsersCA, "users-ca", "",
		"PEM `FILE` of its root certificate: the call then uses TLS, and carries the caller's token",
	)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return o, err
	case err != nil:
		return o, err
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case (o.TLSCert == "") != (o.TLSKey == ""):
		return o, errors.New("set both --tls-cert and --tls-key, or neither")
	case o.UsersCA != "" && o.UsersTarget == "":
		return o, errors.New("set --users as well as --users-ca")
	case o.CallsPerSecond < 1:
		return o, errors.New("--calls-per-second must be 1 or more")
	}
	return o, nil
}
