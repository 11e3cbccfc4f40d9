package main

import (
	"fmt"
	"log"

	theirs "consumer/user/v1"

	ours "example.com/protos/gen/go/user/v1"
	"google.golang.org/protobuf/proto"
)

func main() {
	our, their := &ours.User{}, &theirs.User{}
	if err := copyTo(&ours.User{Name: "Aoife"}, our); err != nil {
		log.Fatal(err)
	}
	if err := copyTo(&theirs.User{FullName: "Zoe"}, their); err != nil {
		log.Fatal(err)
	}
	fmt.Println(our.Name, their.FullName)
}

func copyTo(from, to proto.Message) error {
	written, err := proto.Marshal(from)
	if err != nil {
		return err
	}
	return proto.Unmarshal(written, to)
}
