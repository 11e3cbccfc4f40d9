package orders_test

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"example.com/protos/examples/go/internal/servertest"
	orderv1 "example.com/protos/gen/go/order/v1"
)

const (
	domain    = "order.example.com"
	id        = "01936a2f-7c3e-7b1a-9f00-aabbccddeeff"
	pending   = orderv1.OrderStatus_ORDER_STATUS_PENDING
	confirmed = orderv1.OrderStatus_ORDER_STATUS_CONFIRMED
	shipped   = orderv1.OrderStatus_ORDER_STATUS_SHIPPED
)

func item() *orderv1.LineItem {
	return &orderv1.LineItem{ProductId: "p", Quantity: 2, UnitPrice: 29.99}
}

func create(t *testing.T, orders orderv1.OrderServiceClient, items ...*orderv1.LineItem) *orderv1.Order {
	t.Helper()
	order, err := orders.CreateOrder(t.Context(), &orderv1.CreateOrderRequest{CustomerId: "c", Items: items})
	if err != nil {
		t.Fatal(err)
	}
	return order
}

func get(t *testing.T, orders orderv1.OrderServiceClient, id string) *orderv1.Order {
	t.Helper()
	order, err := orders.GetOrder(t.Context(), &orderv1.GetOrderRequest{Id: id})
	if err != nil {
		t.Fatal(err)
	}
	return order
}

func list(t *testing.T, orders orderv1.OrderServiceClient, customer string) ([]*orderv1.Order, error) {
	t.Helper()
	stream, err := orders.ListOrders(t.Context(), &orderv1.ListOrdersRequest{CustomerId: customer})
	if err != nil {
		t.Fatal(err)
	}
	var all []*orderv1.Order
	for {
		order, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, order)
	}
}

func upload(
	ctx context.Context, orders orderv1.OrderServiceClient, items ...*orderv1.LineItem,
) (*orderv1.UploadSummary, error) {
	stream, err := orders.UploadLineItems(ctx)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if stream.Send(item) != nil {
			break
		}
	}
	return stream.CloseAndRecv()
}

// uploadTo uploads count items to an order.
func uploadTo(
	t *testing.T, orders orderv1.OrderServiceClient, orderID, key string, count int,
) (*orderv1.UploadSummary, error) {
	ctx := metadata.AppendToOutgoingContext(t.Context(), "idempotency-key", key)
	items := make([]*orderv1.LineItem, count)
	for i := range items {
		items[i] = item()
	}
	items[0].OrderId = orderID
	return upload(ctx, orders, items...)
}

func wantPrecondition(t *testing.T, err error, kind, subject string) {
	t.Helper()
	servertest.WantCode(t, err, codes.FailedPrecondition)
	violations := servertest.Detail[*errdetails.PreconditionFailure](t, err).GetViolations()
	if len(violations) != 1 || violations[0].GetType() != kind || violations[0].GetSubject() != subject {
		t.Fatalf("the violations are %v", violations)
	}
}

func TestCreateOrder(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	before := time.Now().Truncate(time.Millisecond)
	order := create(t, orders, item(), &orderv1.LineItem{ProductId: "q", Quantity: 1, UnitPrice: math.Copysign(0, -1)})
	if !strings.HasPrefix(order.GetId(), "ord-") || order.GetTotal() != 59.98 || order.GetStatus() != pending {
		t.Errorf("the order is %v", order)
	}
	if math.Signbit(order.GetItems()[1].GetUnitPrice()) {
		t.Error("a negative zero is stored")
	}
	if created := order.GetCreateTime().AsTime(); created.Before(before) || created.Nanosecond()%1e6 != 0 {
		t.Errorf("it was taken at %v, after %v", created, before)
	}
	if got := get(t, orders, order.GetId()); !proto.Equal(got, order) {
		t.Errorf("got %v, created %v", got, order)
	}
}

func TestCreateOrderRefuses(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	refuse := func(request *orderv1.CreateOrderRequest, fields ...string) {
		t.Helper()
		_, err := orders.CreateOrder(t.Context(), request)
		servertest.WantFields(t, err, fields...)
	}
	refuse(&orderv1.CreateOrderRequest{
		Items:     []*orderv1.LineItem{item(), {Quantity: 1_000_001, UnitPrice: math.NaN(), OrderId: "x"}},
		RequestId: "x",
	}, "customer_id", "items[1].product_id", "items[1].quantity", "items[1].unit_price", "items[1].order_id", "request_id")
	refuse(&orderv1.CreateOrderRequest{CustomerId: "c", Items: make([]*orderv1.LineItem, 1001)}, "items")
	for _, price := range []float64{-1, 1e9 + 1, math.Inf(1)} {
		bad := &orderv1.LineItem{ProductId: "p", Quantity: 1, UnitPrice: price}
		refuse(&orderv1.CreateOrderRequest{CustomerId: "c", Items: []*orderv1.LineItem{bad}}, "items[0].unit_price")
	}
	_, err := orders.CreateOrder(
		t.Context(), &orderv1.CreateOrderRequest{CustomerId: "c", Items: make([]*orderv1.LineItem, 10)},
	)
	if count := len(servertest.Detail[*errdetails.BadRequest](t, err).GetFieldViolations()); count != 20 {
		t.Errorf("%d violations are named", count)
	}
	if !strings.HasPrefix(err.Error(), "rpc error: code = InvalidArgument desc = 20 invalid fields") {
		t.Error(err)
	}
}

func TestCreateOrderWithARequestID(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	request := &orderv1.CreateOrderRequest{CustomerId: "c", Items: []*orderv1.LineItem{item()}, RequestId: id}
	first, err := orders.CreateOrder(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := orders.UpdateOrderStatus(t.Context(), &orderv1.UpdateOrderStatusRequest{Id: first.GetId(), Status: confirmed}); err != nil {
		t.Fatal(err)
	}
	var calls sync.WaitGroup
	for range 100 {
		calls.Go(func() {
			if again, err := orders.CreateOrder(t.Context(), request); err != nil || !proto.Equal(again, first) {
				t.Errorf("the response is %v, %v", again, err)
			}
		})
	}
	calls.Wait()
	for _, change := range []func(*orderv1.CreateOrderRequest){
		func(r *orderv1.CreateOrderRequest) { r.CustomerId = "d" },
		func(r *orderv1.CreateOrderRequest) { r.Items[0].UnitPrice = 29.98 },
		func(r *orderv1.CreateOrderRequest) { r.Items = append(r.Items, item()) },
	} {
		other := proto.CloneOf(request)
		change(other)
		_, err := orders.CreateOrder(t.Context(), other)
		servertest.WantErrorInfo(t, err, codes.AlreadyExists, domain, "REQUEST_ID_REUSED", "request_id", id)
	}
	if all, err := list(t, orders, "c"); err != nil || len(all) != 1 {
		t.Errorf("the orders are %v, %v", all, err)
	}
}

func TestGetOrderNotFound(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	_, err := orders.GetOrder(t.Context(), &orderv1.GetOrderRequest{Id: "ord-1"})
	servertest.WantErrorInfo(t, err, codes.NotFound, domain, "ORDER_NOT_FOUND", "order_id", "ord-1")
	_, err = orders.GetOrder(t.Context(), &orderv1.GetOrderRequest{Id: strings.Repeat("x", 129)})
	servertest.WantFields(t, err, "id")
}

func TestListOrders(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	var created []*orderv1.Order
	for range 50 {
		created = append(created, create(t, orders))
	}
	listed, err := list(t, orders, "c")
	if err != nil || len(listed) != len(created) {
		t.Fatalf("%d orders are listed, %v", len(listed), err)
	}
	for i, order := range listed {
		if order.GetId() != created[i].GetId() {
			t.Errorf("order %d is %v", i, order)
		}
	}
	if none, err := list(t, orders, "d"); err != nil || len(none) != 0 {
		t.Errorf("another customer has %v, %v", none, err)
	}
	_, err = list(t, orders, "")
	servertest.WantFields(t, err, "customer_id")
}

func TestUpdateOrderStatus(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	order := create(t, orders, item())
	update := func(id string, status orderv1.OrderStatus) (*orderv1.Order, error) {
		return orders.UpdateOrderStatus(t.Context(), &orderv1.UpdateOrderStatusRequest{Id: id, Status: status})
	}
	_, err := update(order.GetId(), shipped)
	wantPrecondition(t, err, "ORDER_STATUS", order.GetId())
	for _, status := range []orderv1.OrderStatus{pending, confirmed, confirmed, shipped} {
		if got, err := update(order.GetId(), status); err != nil || got.GetStatus() != status ||
			got.GetTotal() != 59.98 {
			t.Fatalf("the response to %v is %v, %v", status, got, err)
		}
	}
	_, err = update(order.GetId(), pending)
	wantPrecondition(t, err, "ORDER_STATUS", order.GetId())
	_, err = update("", 0)
	servertest.WantFields(t, err, "id", "status")
	_, err = update("ord-1", 99)
	servertest.WantFields(t, err, "status")
	_, err = update("ord-1", confirmed)
	servertest.WantCode(t, err, codes.NotFound)
}

func TestUploadLineItems(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	summary, err := upload(t.Context(), orders, item(), item())
	want := &orderv1.UploadSummary{ItemCount: 2, TotalQuantity: 4, Total: 119.96}
	if err != nil || !proto.Equal(summary, want) {
		t.Errorf("the summary is %v, %v", summary, err)
	}
	if none, err := upload(t.Context(), orders); err != nil || !proto.Equal(none, &orderv1.UploadSummary{}) {
		t.Errorf("the summary of nothing is %v, %v", none, err)
	}
	_, err = upload(
		t.Context(), orders, item(), &orderv1.LineItem{ProductId: "p", Quantity: 1, UnitPrice: -1},
		&orderv1.LineItem{OrderId: "x"},
	)
	servertest.WantFields(
		t, err, "items[1].unit_price", "items[2].product_id", "items[2].quantity", "items[2].order_id",
	)
	many := make([]*orderv1.LineItem, 100_001)
	for i := range many {
		many[i] = item()
	}
	_, err = upload(t.Context(), orders, many...)
	servertest.WantFields(t, err, "items")
	if summary, err := upload(t.Context(), orders, many[1:]...); err != nil || summary.GetItemCount() != 100_000 {
		t.Errorf("the summary of 100,000 items is %v, %v", summary, err)
	}
}

func TestUploadLineItemsToAnOrder(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	order := create(t, orders, item())
	_, err := uploadTo(t, orders, order.GetId(), id, 1000)
	wantPrecondition(t, err, "ORDER_SIZE", order.GetId())
	var calls sync.WaitGroup
	for range 100 {
		calls.Go(func() {
			summary, err := uploadTo(t, orders, order.GetId(), id, 2)
			if err != nil || summary.GetOrderId() != order.GetId() || summary.GetItemCount() != 2 ||
				summary.GetTotal() != 119.96 {
				t.Errorf("the summary is %v, %v", summary, err)
			}
		})
	}
	calls.Wait()
	if got := get(t, orders, order.GetId()); len(got.GetItems()) != 3 || got.GetItems()[1].GetOrderId() != "" ||
		got.GetTotal() != 179.94 {
		t.Errorf("the order is %v", got)
	}
	_, err = uploadTo(t, orders, order.GetId(), id, 3)
	servertest.WantErrorInfo(t, err, codes.AlreadyExists, domain, "REQUEST_ID_REUSED", "request_id", id)
	_, err = uploadTo(t, orders, strings.Repeat("x", 129), "key", 1)
	servertest.WantFields(t, err, "idempotency-key", "items[0].order_id")
	_, err = uploadTo(t, orders, "ord-1", "", 1)
	servertest.WantCode(t, err, codes.NotFound)

	if _, err := orders.UpdateOrderStatus(t.Context(), &orderv1.UpdateOrderStatusRequest{Id: order.GetId(), Status: confirmed}); err != nil {
		t.Fatal(err)
	}
	_, err = uploadTo(t, orders, order.GetId(), "", 1)
	wantPrecondition(t, err, "ORDER_STATUS", order.GetId())
}
