// Usage: skew server | skew client HOST:PORT...
//
// Serves or calls every method in the package, without naming any: it fills every field with a value made from the
// field's name and number. A server reports the requests in the trailer skew-seen; a client prints the responses.
package main

import (
	"log"
	"os"
)

func main() {
	var err error
	if os.Args[1] == "server" {
		err = serve()
	} else {
		err = callAll(os.Args[2:])
	}
	if err != nil {
		log.Fatal(err)
	}
}
