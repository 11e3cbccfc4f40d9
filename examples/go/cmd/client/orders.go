package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
	"google.golang.org/grpc/metadata"

	orderv1 "example.com/protos/gen/go/order/v1"
)

func callOrderService(ctx context.Context, orders orderv1.OrderServiceClient, customer string, out io.Writer) error {
	order, err := createOrder(ctx, orders, customer, &orderv1.LineItem{ProductId: "tea", Quantity: 3, UnitPrice: 0.1})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "created order: total %v, %v\n", order.GetTotal(), order.GetStatus())

	type step func(context.Context, orderv1.OrderServiceClient, *orderv1.Order, io.Writer) error
	for _, step := range []step{upload, list, chat} {
		if err := step(ctx, orders, order, out); err != nil {
			return err
		}
	}

	if _, err = createOrder(ctx, orders, customer, &orderv1.LineItem{ProductId: "tea", UnitPrice: -1}); err != nil {
		explain(out, "bad order", err)
	}
	return nil
}

func createOrder(
	ctx context.Context, orders orderv1.OrderServiceClient, customer string, items ...*orderv1.LineItem,
) (*orderv1.Order, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	request := &orderv1.CreateOrderRequest{CustomerId: customer, Items: items, RequestId: uuid.NewString()}
	return orders.CreateOrder(ctx, request)
}

// upload is a client stream: many requests, one response.
func upload(ctx context.Context, orders orderv1.OrderServiceClient, order *orderv1.Order, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "idempotency-key", uuid.NewString())
	stream, err := orders.UploadLineItems(ctx)
	if err != nil {
		return err
	}
	for _, item := range []*orderv1.LineItem{
		{ProductId: "cup", Quantity: 2, UnitPrice: 29.99, OrderId: order.GetId()},
		{ProductId: "pot", Quantity: 1, UnitPrice: 45},
	} {
		// io.EOF means that the server has ended the call: CloseAndRecv returns its status.
		if err := stream.Send(item); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
	}
	summary, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "uploaded: %d items, total %v\n", summary.GetItemCount(), summary.GetTotal())
	return nil
}

// list is a server stream: one request, responses until io.EOF.
func list(ctx context.Context, orders orderv1.OrderServiceClient, order *orderv1.Order, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	stream, err := orders.ListOrders(ctx, &orderv1.ListOrdersRequest{CustomerId: order.GetCustomerId()})
	if err != nil {
		return err
	}
	for {
		next, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "listed order: %d items, total %v\n", len(next.GetItems()), next.GetTotal())
	}
}

// chat is a bidirectional stream: both sides send at any time.
func chat(ctx context.Context, orders orderv1.OrderServiceClient, order *orderv1.Order, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	stream, err := orders.OrderChat(ctx)
	if err != nil {
		return err
	}
	first := &orderv1.ChatMessage{OrderId: order.GetId(), Sender: order.GetCustomerId(), Text: "Is it on its way?"}
	for _, message := range []*orderv1.ChatMessage{first, {Text: "Thank you!"}} {
		if err := stream.Send(message); errors.Is(err, io.EOF) {
			break // Recv returns the error
		} else if err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "chat %d, %s: %s\n", message.GetSequence(), message.GetSender(), message.GetText())
	}
}
