// Command encoding measures how long grpc-go's and Go's own codecs take for a notes.v1.Note.
//
//	encoding SECONDS FILE ...
//
// Each file contains a Note as protobuf. For each file, the output has a line of JSON with nanoseconds by codec.
package main

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"time"

	notesv1 "example.com/protos/bench/gen/notes/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// plainLine and plainNote are the types that a REST service in Go would use.
type plainLine struct {
	Text   string  `json:"text"`
	Indent int32   `json:"indent"`
	Width  float64 `json:"width"`
}

type plainNote struct {
	ID         string      `json:"id"`
	AuthorName string      `json:"authorName"`
	Lines      []plainLine `json:"lines"`
	Width      float64     `json:"width"`
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
		note := &notesv1.Note{}
		check(proto.Unmarshal(binary, note))
		text := must(protojson.Marshal(note))
		plain := plainNote{}
		check(json.Unmarshal(text, &plain))
		plainText := must(json.Marshal(plain))
		times := timesOf(limit, []func(){
			func() { must(proto.Marshal(note)) },
			func() { check(proto.Unmarshal(binary, &notesv1.Note{})) },
			func() { must(protojson.Marshal(note)) },
			func() { check(protojson.Unmarshal(text, &notesv1.Note{})) },
			func() { must(json.Marshal(plain)) },
			func() { check(json.Unmarshal(plainText, &plainNote{})) },
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
