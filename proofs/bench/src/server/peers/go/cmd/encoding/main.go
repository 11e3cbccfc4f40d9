// Command encoding measures how long grpc-go's and Go's own codecs take for an order.v1.Order.
//
//	encoding SECONDS FILE ...
//
// Each file contains an Order as protobuf. For each file, the output has a line of JSON with nanoseconds by codec.
package main

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"time"

	orderv1 "example.com/protos/gen/go/order/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// plainItem and plainOrder are the types that a REST service in Go would use.
type plainItem struct {
	ProductID string  `json:"productId"`
	Quantity  int32   `json:"quantity"`
	UnitPrice float64 `json:"unitPrice"`
}

type plainOrder struct {
	ID         string      `json:"id"`
	CustomerID string      `json:"customerId"`
	Items      []plainItem `json:"items"`
	Total      float64     `json:"total"`
	Status     string      `json:"status"`
	CreateTime time.Time   `json:"createTime"`
}

type figures struct {
	Encode float64 `json:"encode"`
	Decode float64 `json:"decode"`
}

func main() {
	seconds := must(strconv.ParseFloat(os.Args[1], 64))
	limit := time.Duration(seconds * float64(time.Second))
	for _, path := range os.Args[2:] {
		binary := must(os.ReadFile(path))
		order := &orderv1.Order{}
		check(proto.Unmarshal(binary, order))
		text := must(protojson.Marshal(order))
		plain := plainOrder{}
		check(json.Unmarshal(text, &plain))
		plainText := must(json.Marshal(plain))
		times := timesOf(limit, []func(){
			func() { must(proto.Marshal(order)) },
			func() { check(proto.Unmarshal(binary, &orderv1.Order{})) },
			func() { must(protojson.Marshal(order)) },
			func() { check(protojson.Unmarshal(text, &orderv1.Order{})) },
			func() { must(json.Marshal(plain)) },
			func() { check(json.Unmarshal(plainText, &plainOrder{})) },
		})
		check(json.NewEncoder(os.Stdout).Encode(map[string]figures{
			"protobuf":  {times[0], times[1]},
			"ProtoJSON": {times[2], times[3]},
			"JSON":      {times[4], times[5]},
		}))
	}
}

// rounds is the number of rounds. Every call has a turn in each round, so that a busy machine delays all of them alike.
const rounds = 20

// timesOf returns the median time of each call in nanoseconds.
func timesOf(limit time.Duration, calls []func()) []float64 {
	turns := make([][]float64, len(calls))
	for range rounds {
		for index, call := range calls {
			turns[index] = append(turns[index], repeat(limit/rounds, call))
		}
	}
	medians := make([]float64, len(calls))
	for index, times := range turns {
		slices.Sort(times)
		medians[index] = times[rounds/2]
	}
	return medians
}

func repeat(limit time.Duration, call func()) float64 {
	begin, calls := time.Now(), 0
	for time.Since(begin) < limit {
		for range 10 {
			call()
		}
		calls += 10
	}
	return float64(time.Since(begin).Nanoseconds()) / float64(calls)
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
