// Command go is the driver of the generated Go clients. It reads calls, and writes results, as lines of JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintf(os.Stderr, "driver: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	d, err := newDriver(os.Getenv)
	if err != nil {
		return err
	}
	defer d.close()
	results := json.NewEncoder(os.Stdout)
	for requests := json.NewDecoder(os.Stdin); requests.More(); {
		var r request
		if err := requests.Decode(&r); err != nil {
			return err
		}
		if err := results.Encode(d.call(ctx, r)); err != nil {
			return err
		}
	}
	return nil
}
