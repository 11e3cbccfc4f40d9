// Command client calls GetUser with grpc-go, as callByProgram in program.ts describes. Its fifth argument is the
// service config.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	userv1 "example.com/protos/gen/go/user/v1"
)

// result has the fields of LoadResult in load.ts.
type result struct {
	Calls    int      `json:"calls"`
	Failures []string `json:"failures"`
}

func main() {
	args := os.Args[1:]
	if err := run(args[0], number(args[1]), milliseconds(args[2]), milliseconds(args[3]), args[4]); err != nil {
		fmt.Fprintf(os.Stderr, "client: %v\n", err)
		os.Exit(1)
	}
}

func run(address string, callers int, pause, timeout time.Duration, serviceConfig string) error {
	connection, err := grpc.NewClient(
		address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(serviceConfig),
	)
	if err != nil {
		return err
	}
	defer connection.Close()
	users := userv1.NewUserServiceClient(connection)

	over := make(chan struct{})
	var running sync.WaitGroup
	var mutex sync.Mutex
	total := result{Failures: []string{}}
	for range callers {
		running.Go(func() {
			for {
				err := call(users, timeout)
				mutex.Lock()
				total.Calls++
				if err != nil {
					total.Failures = append(total.Failures, err.Error())
				}
				mutex.Unlock()
				select {
				case <-over:
					return
				case <-time.After(pause):
				}
			}
		})
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	close(over)
	running.Wait()
	return json.NewEncoder(os.Stdout).Encode(total)
}

func call(users userv1.UserServiceClient, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	user, err := users.GetUser(ctx, &userv1.GetUserRequest{Id: 1})
	if err == nil && user.GetName() != "Aoife" {
		return fmt.Errorf("the response is not user 1: %v", user)
	}
	return err
}

func milliseconds(text string) time.Duration {
	return time.Duration(number(text)) * time.Millisecond
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return value
}
