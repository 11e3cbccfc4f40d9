package orders

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"example.com/protos/examples/go/internal/caller"
	"example.com/protos/examples/go/internal/chat"
	"example.com/protos/examples/go/internal/directory"
	"example.com/protos/examples/go/internal/faults"
	orderv1 "example.com/protos/gen/go/order/v1"
)

var userID = regexp.MustCompile(`^usr-[1-9][0-9]*$`)

// Service is order.v1.OrderService on a store.
type Service struct {
	// A method that a later API version adds is UNIMPLEMENTED until this type implements it.
	orderv1.UnimplementedOrderServiceServer
	Store *Store
	Rooms *chat.Rooms
	// Nil: the ids of customers are not checked.
	Users *directory.Users
}

// CreateOrder is safe to repeat when the request has a request_id.
func (s *Service) CreateOrder(ctx context.Context, request *orderv1.CreateOrderRequest) (*orderv1.Order, error) {
	customerID, items, requestID := request.GetCustomerId(), request.GetItems(), request.GetRequestId()
	who := caller.FromContext(ctx)
	if err := checkNew(customerID, items, requestID); err != nil {
		return nil, err
	}
	if err := checkCustomer(who, customerID); err != nil {
		return nil, err
	}
	if err := s.checkUser(ctx, customerID); err != nil {
		return nil, err
	}
	return s.Store.Create(customerID, items, requestID, who)
}

// checkUser refuses a customer with the id of a user who does not exist. Customers with other ids need not be users.
func (s *Service) checkUser(ctx context.Context, customerID string) error {
	if s.Users == nil || !userID.MatchString(customerID) {
		return nil
	}
	exists, err := s.Users.Has(ctx, customerID)
	if err != nil || exists {
		return err
	}
	text := fmt.Sprintf("there is no user %s: create the user first, or use the id of one that exists", customerID)
	return &faults.Precondition{Text: text, Type: "CUSTOMER", Subject: customerID}
}

// GetOrder is a unary call: one request, one response.
func (s *Service) GetOrder(ctx context.Context, request *orderv1.GetOrderRequest) (*orderv1.Order, error) {
	return s.Store.Get(request.GetId(), caller.FromContext(ctx))
}

// UpdateOrderStatus moves an order to its next status.
func (s *Service) UpdateOrderStatus(
	ctx context.Context, request *orderv1.UpdateOrderStatusRequest,
) (*orderv1.Order, error) {
	return s.Store.UpdateStatus(request.GetId(), request.GetStatus(), caller.FromContext(ctx))
}

// ListOrders is a server stream: the stream ends when the method returns.
func (s *Service) ListOrders(
	request *orderv1.ListOrdersRequest, stream grpc.ServerStreamingServer[orderv1.Order],
) error {
	orders, err := s.Store.List(request.GetCustomerId(), caller.FromContext(stream.Context()))
	if err != nil {
		return err
	}
	for _, order := range orders {
		// Send blocks while the client does not read, and fails when it has disconnected.
		if err := stream.Send(order); err != nil {
			return err
		}
	}
	return nil
}

// UploadLineItems is a client stream: the server responds when the client has half-closed the stream.
func (s *Service) UploadLineItems(stream grpc.ClientStreamingServer[orderv1.LineItem, orderv1.UploadSummary]) error {
	ctx := stream.Context()
	idempotencyKey := strings.Join(metadata.ValueFromIncomingContext(ctx, "idempotency-key"), ", ")
	items := newUpload(idempotencyKey)
	for {
		item, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := items.add(item); err != nil {
			return err
		}
	}
	summary, err := s.Store.addItems(items, idempotencyKey, caller.FromContext(ctx))
	if err != nil {
		return err
	}
	return stream.SendAndClose(summary)
}

// OrderChat is a bidirectional stream: both sides send at any time.
func (s *Service) OrderChat(stream grpc.BidiStreamingServer[orderv1.ChatMessage, orderv1.ChatMessage]) error {
	who := caller.FromContext(stream.Context())
	return s.Rooms.Join(stream, who, func(orderID string) error {
		_, err := s.Store.Get(orderID, who)
		return err
	})
}
