// Command module-proxy serves the modules in a folder (https://go.dev/ref/mod#goproxy-protocol) and a checksum database for
// them (https://go.dev/ref/mod#checksum-database), whose entries never change. Its one line of output is {"url", "sumdb"}:
// the values for GOPROXY and GOSUMDB.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"
)

const keyName = "module-proxy"

func main() {
	log.SetFlags(0)
	log.SetPrefix("module-proxy: ")
	folder := flag.String("modules", "", "folder that has MODULE/@v/VERSION.info, .mod and .zip")
	flag.Parse()
	if err := serve(*folder); err != nil {
		log.Fatal(err)
	}
}

func serve(folder string) error {
	signer, verifier, err := note.GenerateKey(nil, keyName)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	database := sumdb.NewServer(sumdb.NewTestServer(signer, modules(folder).goSum))
	handler := http.NewServeMux()
	handler.Handle("/", http.FileServer(http.Dir(folder)))
	for _, path := range sumdb.ServerPaths {
		handler.Handle("/sumdb"+path, http.StripPrefix("/sumdb", database))
	}
	url := "http://" + listener.Addr().String()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{
		"url":   url,
		"sumdb": fmt.Sprintf("%s %s/sumdb", verifier, url),
	}); err != nil {
		return err
	}
	return http.Serve(listener, handler)
}
