// Usage: consumer USERS_HOST:PORT ORDERS_HOST:PORT
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
	"example.com/protos/gen/go/version"
)

func main() {
	if err := consume(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func consume(usersAddress, ordersAddress string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	fmt.Printf("package: %s %s\n", version.Version, version.DescriptorsSHA256)
	users, err := grpc.NewClient(usersAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer users.Close()
	if err := callUsers(ctx, users); err != nil {
		return err
	}
	orders, err := grpc.NewClient(ordersAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer orders.Close()
	return callOrders(ctx, orderv1.NewOrderServiceClient(orders))
}

func callUsers(ctx context.Context, connection *grpc.ClientConn) error {
	users := userv1.NewUserServiceClient(connection)
	v1, err := users.GetUser(ctx, &userv1.GetUserRequest{Id: 1})
	if err != nil {
		return err
	}
	v2, err := userv2.NewUserServiceClient(connection).GetUser(ctx, &userv2.GetUserRequest{Id: "usr-1"})
	if err != nil {
		return err
	}
	fmt.Printf("users: %d %s, %s %s\n", v1.Id, v1.Name, v2.User.Id, v2.User.Name)
	_, err = users.GetUser(ctx, &userv1.GetUserRequest{Id: 999})
	fmt.Printf("error: %d\n", status.Code(err))
	return nil
}

func callOrders(ctx context.Context, orders orderv1.OrderServiceClient) error {
	customer := "consumer-" + rand.Text()
	items := []*orderv1.LineItem{{ProductId: "tea", Quantity: 3, UnitPrice: 0.1}}
	order, err := orders.CreateOrder(ctx, &orderv1.CreateOrderRequest{CustomerId: customer, Items: items})
	if err != nil {
		return err
	}
	list, err := orders.ListOrders(ctx, &orderv1.ListOrdersRequest{CustomerId: customer})
	if err != nil {
		return err
	}
	listed := 0
	for ; ; listed++ {
		if _, err = list.Recv(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	fmt.Printf("order: %v, listed: %d\n", order.Total, listed)
	upload, err := orders.UploadLineItems(ctx)
	if err != nil {
		return err
	}
	if err := upload.Send(items[0]); err != nil {
		return err
	}
	summary, err := upload.CloseAndRecv()
	if err != nil {
		return err
	}
	fmt.Printf("upload: %d %v\n", summary.ItemCount, summary.Total)
	return chat(ctx, orders, order.Id)
}

func chat(ctx context.Context, orders orderv1.OrderServiceClient, orderID string) error {
	chat, err := orders.OrderChat(ctx)
	if err != nil {
		return err
	}
	if err := chat.Send(&orderv1.ChatMessage{OrderId: orderID, Sender: "consumer", Text: "hello"}); err != nil {
		return err
	}
	if err := chat.CloseSend(); err != nil {
		return err
	}
	message, err := chat.Recv()
	if err != nil {
		return err
	}
	fmt.Printf("chat: %d %s\n", message.Sequence, message.Text)
	return nil
}
