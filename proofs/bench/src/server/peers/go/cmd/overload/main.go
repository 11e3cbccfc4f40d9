// Command overload calls GetUser at a fixed rate, however slow the server is, and writes its figures as a line of JSON.
//
// The time of a call is counted from the moment when the call is due, so it includes a wait in this process.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	userv1 "example.com/protos/gen/go/user/v1"
)

const (
	// The pause between two rounds of calls that are due.
	pause = time.Millisecond
	// The pause between two health checks.
	healthPause = 20 * time.Millisecond
	// The maximum delay of the start of a call, and the share of calls that may exceed it. Beyond that, this client would
	// be the limit of the measurement.
	mostLate      = 50 * time.Millisecond
	mostLateShare = 0.1
)

type options struct {
	target        string
	connections   int
	rate          float64
	warmUp        time.Duration
	duration      time.Duration
	deadline      time.Duration
	authorization string
}

// measured is the output: rates in calls a second, times in milliseconds.
type measured struct {
	Sent          float64 `json:"sent"`
	Served        float64 `json:"served"`
	Refused       float64 `json:"refused"`
	Failed        float64 `json:"failed"`
	ServedMedian  float64 `json:"servedMedian"`
	ServedP99     float64 `json:"servedP99"`
	RefusedMedian float64 `json:"refusedMedian"`
	RefusedP99    float64 `json:"refusedP99"`
	// HealthMax is the longest time of a health check, or the deadline if a check got no response.
	HealthMax float64 `json:"healthMax"`
}

type outcomes struct {
	sync.Mutex
	served, refused []time.Duration
	failed, late    int
	healthMax       time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.target, "target", "", "host and port")
	flag.IntVar(&o.connections, "connections", 1, "")
	flag.Float64Var(&o.rate, "rate", 1, "calls a second")
	flag.DurationVar(&o.warmUp, "warm-up", time.Second, "the time that is not counted")
	flag.DurationVar(&o.duration, "duration", time.Second, "the time that is")
	flag.DurationVar(&o.deadline, "deadline", time.Second, "of each call")
	flag.StringVar(&o.authorization, "authorization", "", "header field of every call")
	flag.Parse()
	result, err := run(o)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "overload: %v\n", err)
		os.Exit(1)
	}
}

func run(o options) (measured, error) {
	ctx := context.Background()
	if o.authorization != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", o.authorization)
	}
	clients := make([]userv1.UserServiceClient, o.connections)
	for i := range clients {
		conn, err := dial(o.target)
		if err != nil {
			return measured{}, err
		}
		clients[i] = userv1.NewUserServiceClient(conn)
		if _, err := clients[i].GetUser(ctx, &userv1.GetUserRequest{Id: 1}); err != nil && !isRefused(err) {
			return measured{}, err
		}
	}
	conn, err := dial(o.target)
	if err != nil {
		return measured{}, err
	}
	var all outcomes
	var calls sync.WaitGroup
	start := time.Now()
	countFrom, end := start.Add(o.warmUp), start.Add(o.warmUp+o.duration)
	calls.Go(func() { all.checkHealth(ctx, grpc_health_v1.NewHealthClient(conn), countFrom, end, o.deadline) })
	sent := 0
	interval := time.Duration(float64(time.Second) / o.rate)
	for due := start; due.Before(end); due = due.Add(interval) {
		for time.Now().Before(due) {
			time.Sleep(pause)
		}
		client := clients[sent%len(clients)]
		sent++
		calls.Go(func() {
			isLate := time.Since(due) > mostLate
			callCtx, cancel := context.WithDeadline(ctx, due.Add(o.deadline))
			defer cancel()
			_, err := client.GetUser(callCtx, &userv1.GetUserRequest{Id: 1})
			if due.After(countFrom) {
				all.add(time.Since(due), isLate, err)
			}
		})
	}
	calls.Wait()
	if late := float64(all.late) / o.duration.Seconds(); late > o.rate*mostLateShare {
		return measured{}, fmt.Errorf("this client cannot make %.0f calls a second: %.0f were late", o.rate, late)
	}
	return all.measured(o.duration), nil
}

func dial(target string) (*grpc.ClientConn, error) {
	return grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
}

func isRefused(err error) bool {
	code := status.Code(err)
	return code == codes.Unavailable || code == codes.ResourceExhausted
}

func (o *outcomes) add(took time.Duration, isLate bool, err error) {
	o.Lock()
	defer o.Unlock()
	if isLate {
		o.late++
	}
	switch {
	case err == nil:
		o.served = append(o.served, took)
	case isRefused(err):
		o.refused = append(o.refused, took)
	default:
		o.failed++
	}
}

func (o *outcomes) checkHealth(
	ctx context.Context, client grpc_health_v1.HealthClient, from, to time.Time, deadline time.Duration,
) {
	time.Sleep(time.Until(from))
	for begin := time.Now(); begin.Before(to); begin = time.Now() {
		checkCtx, cancel := context.WithTimeout(ctx, deadline)
		_, err := client.Check(checkCtx, &grpc_health_v1.HealthCheckRequest{})
		cancel()
		took := time.Since(begin)
		if err != nil && status.Code(err) != codes.Unimplemented {
			took = deadline
		}
		o.healthMax = max(o.healthMax, took)
		time.Sleep(healthPause)
	}
}

func (o *outcomes) measured(duration time.Duration) measured {
	rate := func(count int) float64 { return float64(count) / duration.Seconds() }
	return measured{
		Sent:          rate(len(o.served) + len(o.refused) + o.failed),
		Served:        rate(len(o.served)),
		Refused:       rate(len(o.refused)),
		Failed:        rate(o.failed),
		ServedMedian:  quantile(o.served, 0.5),
		ServedP99:     quantile(o.served, 0.99),
		RefusedMedian: quantile(o.refused, 0.5),
		RefusedP99:    quantile(o.refused, 0.99),
		HealthMax:     milliseconds(o.healthMax),
	}
}

// quantile sorts the times.
func quantile(times []time.Duration, q float64) float64 {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return milliseconds(times[int(q*float64(len(times)-1))])
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1e3
}
