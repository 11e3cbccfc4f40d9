// Command encoding measures how long grpc-go's and Go's own codecs take for an order.v1.Order.
//
//	encoding SECONDS FILE ...
//
// Each file contains an Order as protobuf. For each file, the output has a line of JSON with nanoseconds by codec.
package main

import (
	"encoding/json"
	"os"
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
		check(json.NewEncoder(os.Stdout).Encode(map[string]figures{
			"protobuf": {
				perCall(limit, func() { must(proto.Marshal(order)) }),
				perCall(limit, func() { check(proto.Unmarshal(binary, &orderv1.Order{})) }),
			},
			"ProtoJSON": {
				perCall(limit, func() { must(protojson.Marshal(order)) }),
				perCall(limit, func() { check(protojson.Unmarshal(text, &orderv1.Order{})) }),
			},
			"JSON": {
				perCall(limit, func() { must(json.Marshal(plain)) }),
				perCall(limit, func() { check(json.Unmarshal(plainText, &plainOrder{})) }),
			},
		}))
	}
}

// perCall returns the time of a call in nanoseconds, after a warm-up of a tenth of the time.
func perCall(limit time.Duration, call func()) float64 {
	repeat(limit/10, call)
	return repeat(limit, call)
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
