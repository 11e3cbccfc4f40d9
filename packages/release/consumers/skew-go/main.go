// Usage: skew server | skew client HOST:PORT...
//
// A server, or a client, of every method in the package. It knows none of them: it fills every field it knows with what follows from the
// field's name and number. A server says in the trailer skew-seen what it was sent, a client prints what it was answered.
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
