// Reads wire vectors as lines of JSON, and writes the values that Go has read.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"log"
	"os"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	vectorsv1 "example.com/protos/interop/vectors/gen/vectors/v1"
)

type vector struct {
	Hex  string          `json:"hex"`
	JSON json.RawMessage `json:"json"`
}

type reading struct {
	Hex         string          `json:"hex"`
	JSON        json.RawMessage `json:"json"`
	HexFromJSON string          `json:"hexFromJson"`
}

func main() {
	log.SetFlags(0)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var given vector
		check(json.Unmarshal(lines.Bytes(), &given))
		check(out.Encode(read(given)))
	}
	check(lines.Err())
}

func read(given vector) reading {
	wire, err := hex.DecodeString(given.Hex)
	check(err)
	var fromWire, fromJSON vectorsv1.Vector
	check(proto.Unmarshal(wire, &fromWire))
	check(protojson.Unmarshal(given.JSON, &fromJSON))
	asJSON, err := protojson.Marshal(&fromWire)
	check(err)
	return reading{Hex: encoded(&fromWire), JSON: asJSON, HexFromJSON: encoded(&fromJSON)}
}

func encoded(message proto.Message) string {
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	check(err)
	return hex.EncodeToString(wire)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
