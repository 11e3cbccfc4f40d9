package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// callTime is the timeout of a call. Without a timeout, a call to a server that hangs would wait for ever.
const callTime = 5 * time.Second

type options struct {
	userAddress, orderAddress string
	connection                connectionOptions
	customer                  string
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	// grpc-go connects at the first call, and again when the connection breaks. One connection is enough for all calls.
	users, err := connect(o.userAddress, o.connection)
	if err != nil {
		return err
	}
	defer users.Close()
	orders, err := connect(o.orderAddress, o.connection)
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
	flags.StringVar(&o.userAddress, "user-address", "localhost:9000", "`HOST:PORT` of UserService")
	flags.StringVar(&o.orderAddress, "order-address", "localhost:50051", "`HOST:PORT` of OrderService")
	flags.StringVar(
		&o.connection.ca, "ca", "",
		"PEM `FILE` of the root certificate of the servers; without it: plaintext",
	)
	flags.StringVar(&o.connection.token, "token", "", "`JWT` of the caller; it is sent over TLS only")
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
