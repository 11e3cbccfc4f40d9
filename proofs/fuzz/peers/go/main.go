// Encodes and decodes header blocks with golang.org/x/net/http2/hpack. A line of JSON in is a batch of steps; a line out is what came of each.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"

	"golang.org/x/net/http2/hpack"
)

const tableSize = 4096

// What a step does depends on which of its fields are set, in this order.
type step struct {
	Fresh     bool     `json:"fresh"`     // a new connection
	TableSize *uint32  `json:"tableSize"` // what the peer allows, of the encoder
	Fields    [][3]any `json:"fields"`    // name, value, sensitive: encode them
	Block     *string  `json:"block"`     // hex: decode it
}

// A result is a block in hex, the fields of a block, or an error.
type result struct {
	Block  string   `json:"block,omitempty"`
	Fields [][3]any `json:"fields,omitempty"`
	Error  string   `json:"error,omitempty"`
}

type connection struct {
	encoded bytes.Buffer
	encoder *hpack.Encoder
	decoder *hpack.Decoder
}

func newConnection() *connection {
	c := &connection{decoder: hpack.NewDecoder(tableSize, nil)}
	c.encoder = hpack.NewEncoder(&c.encoded)
	return c
}

func (c *connection) encode(fields [][3]any) result {
	c.encoded.Reset()
	for _, field := range fields {
		name, value := field[0].(string), field[1].(string)
		sensitive := field[2].(bool)
		if err := c.encoder.WriteField(hpack.HeaderField{Name: octets(name), Value: octets(value), Sensitive: sensitive}); err != nil {
			return result{Error: err.Error()}
		}
	}
	return result{Block: hex.EncodeToString(c.encoded.Bytes())}
}

func (c *connection) decode(block string) result {
	encoded, err := hex.DecodeString(block)
	if err != nil {
		panic(err)
	}
	decoded, err := c.decoder.DecodeFull(encoded)
	if err != nil {
		return result{Error: err.Error()}
	}
	fields := make([][3]any, len(decoded))
	for i, field := range decoded {
		fields[i] = [3]any{characters(field.Name), characters(field.Value), field.Sensitive}
	}
	return result{Fields: fields}
}

// octets makes bytes of characters up to U+00FF.
func octets(text string) string {
	bytes := make([]byte, 0, len(text))
	for _, character := range text {
		bytes = append(bytes, byte(character))
	}
	return string(bytes)
}

func characters(octets string) string {
	text := make([]rune, len(octets))
	for i := range len(octets) {
		text[i] = rune(octets[i])
	}
	return string(text)
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	c := newConnection()
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var steps []step
		if err := json.Unmarshal(line, &steps); err != nil {
			panic(err)
		}
		results := make([]result, 0, len(steps))
		for _, s := range steps {
			if s.Fresh {
				c = newConnection()
			}
			if s.TableSize != nil {
				c.encoder.SetMaxDynamicTableSizeLimit(*s.TableSize)
				c.encoder.SetMaxDynamicTableSize(*s.TableSize)
			}
			if s.Block != nil {
				results = append(results, c.decode(*s.Block))
			} else {
				results = append(results, c.encode(s.Fields))
			}
		}
		if err := out.Encode(results); err != nil {
			panic(err)
		}
	}
}
