package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"example.com/protos/examples/go/internal/dial"
	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// callTime is the timeout of a call. Without a timeout, a call to a server that hangs would wait for ever.
const callTime = 5 * time.Second

const targets = "HOST:PORT, dns:///HOST:PORT or ipv4:ADDRESS:PORT,..."

type options struct {
	userAddress, orderAddress string
	// Empty: plaintext.
	ca string
	// Empty: no token is sent.
	token    string
	customer string
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	connection := dial.Options{CA: o.ca}
	if o.token != "" {
		connection.Token = dial.Bearer(o.token)
	}
	// grpc-go connects to all servers at the first call, and again when a connection breaks.
	users, err := dial.Connect(o.userAddress, connection)
	if err != nil {
		return err
	}
	defer users.Close()
	orders, err := dial.Connect(o.orderAddress, connection)
	if err != nil {
		return err
	}
	defer orders.Close()

	usersV1, usersV2 := userv1.NewUserServiceClient(users), userv2.NewUserServiceClient(users)
	if err := callUserService(ctx, usersV1, out); err != nil {
		return fmt.Errorf("UserService at %s: %w", o.userAddress, err)
	}
	if err := moveToV2(ctx, usersV1, usersV2, out); err != nil {
		return fmt.Errorf("UserService at %s: %w", o.userAddress, err)
	}
	if err := callOrderService(ctx, orderv1.NewOrderServiceClient(orders), o.customer, out); err != nil {
		return fmt.Errorf("OrderService at %s: %w", o.orderAddress, err)
	}
	return nil
}

func parse(args []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("client", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.userAddress, "user-address", "localhost:9000", "`TARGET` of UserService: "+targets)
	flags.StringVar(&o.orderAddress, "order-address", "localhost:50051", "`TARGET` of OrderService")
	flags.StringVar(
		&o.ca, "ca", "",
		"PEM `FILE` of the root certificate of the servers; without it: plaintext",
	)
	flags.StringVar(&o.token, "token", "", "`JWT` of the caller; it is sent over TLS only")
	flags.StringVar(
		&o.customer, "customer", "aoife",
		"`ID` of the customer who orders; with a token: its subject",
	)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(out)
		flags.PrintDefaults()
	case err == nil && flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, err
}
