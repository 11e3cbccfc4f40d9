package main

import (
	"fmt"
	"log"

	shopv1 "consumer/shop/v1"

	"google.golang.org/protobuf/proto"

	userv1 "example.com/protos/gen/go/user/v1"
)

func main() {
	written, err := proto.Marshal(&shopv1.Customer{User: &userv1.User{Name: "Aoife"}})
	if err != nil {
		log.Fatal(err)
	}
	customer := &shopv1.Customer{}
	if err := proto.Unmarshal(written, customer); err != nil {
		log.Fatal(err)
	}
	fmt.Println(customer.User.Name, customer.User.ProtoReflect().Type() == (&userv1.User{}).ProtoReflect().Type())
}
