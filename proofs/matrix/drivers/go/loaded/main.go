// Command loaded is a server that reports a load, in trailers and by a stream (gRFC A51). Its argument is the used part
// of its capacity, such as 0.5. It prints its address, which is also the name of each user.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/orca"

	userv1 "example.com/protos/gen/go/user/v1"
)

type users struct {
	userv1.UnimplementedUserServiceServer
	address string
}

func (u users) GetUser(ctx context.Context, request *userv1.GetUserRequest) (*userv1.User, error) {
	// grpc-go adds the load to the trailers of a call only if the handler requests the recorder of the call.
	orca.CallMetricsRecorderFromContext(ctx)
	return &userv1.User{Id: request.GetId(), Name: u.address}, nil
}

func main() {
	used, err := strconv.ParseFloat(os.Args[1], 64)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	address := listener.Addr().String()
	load := orca.NewServerMetricsRecorder()
	load.SetApplicationUtilization(used)
	load.SetQPS(100)
	server := grpc.NewServer(orca.CallMetricsServerOption(load))
	userv1.RegisterUserServiceServer(server, users{address: address})
	if err := orca.Register(server, orca.ServiceOptions{ServerMetricsProvider: load}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(address)
	log.Fatal(server.Serve(listener))
}
