// Command client-faults makes the load of load.ts with grpc-go. Its argument is the target. A line of JSON on standard
// input starts a load, and an empty line ends it. The outcome is then written as a line of JSON.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/resolver/dns"

	userv1 "example.com/protos/gen/go/user/v1"
)

// serviceConfig is a usual configuration of grpc-go: round robin, and retries for GetUser as in gRPC's guide.
const serviceConfig = `{
	"loadBalancingConfig": [{"round_robin": {}}],
	"methodConfig": [{
		"name": [{"service": "user.v1.UserService", "method": "GetUser"}],
		"retryPolicy": {
			"maxAttempts": 3,
			"initialBackoff": "0.1s",
			"maxBackoff": "1s",
			"backoffMultiplier": 2,
			"retryableStatusCodes": ["UNAVAILABLE"]
		}
	}]
}`

const (
	timeout   = 10 * time.Second
	maxErrors = 10
)

type callers struct {
	Readers  int     `json:"readers"`
	Creators int     `json:"creators"`
	Keyed    int     `json:"keyed"`
	PauseMs  float64 `json:"pauseMs"`
}

type counts struct {
	Made   int `json:"made"`
	Failed int `json:"failed"`
}

// outcome has the fields of Outcome in load.ts.
type outcome struct {
	Idempotent counts         `json:"idempotent"`
	Creates    counts         `json:"creates"`
	Succeeded  []string       `json:"succeeded"`
	Errors     []string       `json:"errors"`
	P50Ms      float64        `json:"p50Ms"`
	P99Ms      float64        `json:"p99Ms"`
	Servers    map[string]int `json:"servers"`
}

type load struct {
	users     userv1.UserServiceClient
	isStopped atomic.Bool
	running   sync.WaitGroup

	mutex     sync.Mutex
	outcome   outcome
	durations []time.Duration
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "client-faults: %v\n", err)
		os.Exit(1)
	}
}

func run(target string) error {
	dns.SetMinResolutionInterval(time.Second)
	connection, err := grpc.NewClient(target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithDisableServiceConfig(),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 3 * time.Second}),
	)
	if err != nil {
		return err
	}
	defer connection.Close()
	var running *load
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if running != nil {
			if err := json.NewEncoder(os.Stdout).Encode(running.stop()); err != nil {
				return err
			}
			running = nil
			continue
		}
		var c callers
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return err
		}
		running = start(userv1.NewUserServiceClient(connection), c)
	}
	return lines.Err()
}

func start(users userv1.UserServiceClient, c callers) *load {
	l := &load{users: users, outcome: outcome{
		Succeeded: []string{}, Errors: []string{}, Servers: map[string]int{},
	}}
	pause := time.Duration(c.PauseMs * float64(time.Millisecond))
	repeat := func(count int, call func()) {
		for range count {
			l.running.Go(func() {
				for !l.isStopped.Load() {
					call()
					time.Sleep(pause)
				}
			})
		}
	}
	repeat(c.Readers, l.read)
	repeat(c.Creators, func() { l.create("") })
	repeat(c.Keyed, func() { l.create(rand.Text()) })
	return l
}

func (l *load) stop() outcome {
	l.isStopped.Store(true)
	l.running.Wait()
	slices.Sort(l.durations)
	quantile := func(share float64) float64 {
		if len(l.durations) == 0 {
			return 0
		}
		return float64(l.durations[int(float64(len(l.durations))*share)]) / float64(time.Millisecond)
	}
	l.outcome.P50Ms, l.outcome.P99Ms = quantile(0.5), quantile(0.99)
	return l.outcome
}

func (l *load) read() {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	started := time.Now()
	user, err := l.users.GetUser(ctx, &userv1.GetUserRequest{Id: 1})
	duration := time.Since(started)

	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.durations = append(l.durations, duration)
	l.outcome.Idempotent.Made++
	if err != nil {
		l.fail(err)
	} else {
		l.outcome.Servers[user.GetName()]++
	}
}

func (l *load) create(requestID string) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	name := rand.Text()
	request := &userv1.CreateUserRequest{Name: name, Email: "a@example.com", RequestId: requestID}
	_, err := l.users.CreateUser(ctx, request)

	l.mutex.Lock()
	defer l.mutex.Unlock()
	kind := &l.outcome.Idempotent
	if requestID == "" {
		kind = &l.outcome.Creates
	}
	kind.Made++
	switch {
	case err == nil:
		l.outcome.Succeeded = append(l.outcome.Succeeded, name)
	case requestID == "":
		kind.Failed++
	default:
		l.fail(err)
	}
}

// fail records an error. The caller must hold the mutex.
func (l *load) fail(err error) {
	l.outcome.Idempotent.Failed++
	if len(l.outcome.Errors) < maxErrors {
		l.outcome.Errors = append(l.outcome.Errors, err.Error())
	}
}
