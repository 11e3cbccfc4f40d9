// Command load calls GetUser over grpc-go for some time, and writes its figures as a line of JSON.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	userv1 "example.com/protos/gen/go/user/v1"
)

type options struct {
	target      string
	connections int
	// calls is the number of calls at once on a connection.
	calls    int
	duration time.Duration
	// authorization is sent with every call, unless it is empty.
	authorization string
}

// measured is the output.
type measured struct {
	CallsPerSecond     float64 `json:"callsPerSecond"`
	MedianMicroseconds float64 `json:"medianMicroseconds"`
	// CPUMicroseconds is the CPU time of each call.
	CPUMicroseconds float64 `json:"cpuMicroseconds"`
}

func main() {
	var o options
	flag.StringVar(&o.target, "target", "", "host and port")
	flag.IntVar(&o.connections, "connections", 1, "")
	flag.StringVar(&o.authorization, "authorization", "", "header field of every call")
	flag.IntVar(&o.calls, "calls", 1, "at once on a connection")
	flag.DurationVar(&o.duration, "duration", time.Second, "")
	hold := flag.Bool("hold", false, "make a call on each connection, write {}, and keep them open until the input ends")
	flag.Parse()
	if err := run(o, *hold); err != nil {
		fmt.Fprintf(os.Stderr, "load: %v\n", err)
		os.Exit(1)
	}
}

func run(o options, hold bool) error {
	clients, err := dial(o)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if o.authorization != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", o.authorization)
	}
	for _, client := range clients {
		if err := call(ctx, client); err != nil {
			return err
		}
	}
	if hold {
		fmt.Println("{}")
		_, err := io.Copy(io.Discard, os.Stdin)
		return err
	}
	result, err := load(ctx, clients, o)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

func dial(o options) ([]userv1.UserServiceClient, error) {
	clients := make([]userv1.UserServiceClient, o.connections)
	for i := range clients {
		conn, err := grpc.NewClient(o.target, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return nil, err
		}
		clients[i] = userv1.NewUserServiceClient(conn)
	}
	return clients, nil
}

func call(ctx context.Context, client userv1.UserServiceClient) error {
	user, err := client.GetUser(ctx, &userv1.GetUserRequest{Id: 1})
	if err == nil && !strings.HasPrefix(user.GetName(), "Aoife") {
		return fmt.Errorf("unexpected user: %v", user)
	}
	return err
}

func load(ctx context.Context, clients []userv1.UserServiceClient, o options) (measured, error) {
	var group sync.WaitGroup
	took := make([][]time.Duration, o.connections*o.calls)
	failures := make([]error, len(took))
	cpuBefore := cpuTime()
	start := time.Now()
	for i := range took {
		group.Go(func() {
			for time.Since(start) < o.duration && failures[i] == nil {
				begin := time.Now()
				failures[i] = call(ctx, clients[i%len(clients)])
				took[i] = append(took[i], time.Since(begin))
			}
		})
	}
	group.Wait()
	elapsed := time.Since(start)
	cpu := cpuTime() - cpuBefore
	for _, err := range failures {
		if err != nil {
			return measured{}, err
		}
	}
	all := slices.Concat(took...)
	slices.Sort(all)
	return measured{
		CallsPerSecond:     float64(len(all)) / elapsed.Seconds(),
		MedianMicroseconds: float64(all[len(all)/2].Nanoseconds()) / 1e3,
		CPUMicroseconds:    float64(cpu.Nanoseconds()) / 1e3 / float64(len(all)),
	}, nil
}

// cpuTime returns the CPU time of this process so far.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	// Getrusage fails only for invalid arguments.
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
