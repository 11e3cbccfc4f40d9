package server_test

import (
	"context"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"example.com/examples/go/internal/server"
	"example.com/examples/go/internal/servertest"
	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
)

func startWithAuth(t *testing.T) (*servertest.Server, *servertest.Issuer) {
	t.Helper()
	issuer := servertest.NewIssuer(t)
	return servertest.Start(t, func(o *server.Options) { o.JWKS = issuer.JWKS }), issuer
}

// as is the context of a call with a token; empty for none.
func as(t *testing.T, token string) context.Context {
	if token == "" {
		return t.Context()
	}
	return metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
}

// everyRPC calls each RPC about Aoife's order, and returns the codes.
func everyRPC(ctx context.Context, s *servertest.Server, orderID string) map[string]codes.Code {
	got := map[string]codes.Code{}
	record := func(rpc string, err error) { got[rpc] = status.Code(err) }
	_, err := s.Users.GetUser(ctx, &userv1.GetUserRequest{Id: 1})
	record("GetUser", err)
	_, err = s.Users.ListUsers(ctx, &userv1.ListUsersRequest{})
	record("ListUsers", err)
	_, err = s.Users.CreateUser(ctx, &userv1.CreateUserRequest{Name: "a", Email: "a@b.c"})
	record("CreateUser", err)
	_, err = s.Orders.GetOrder(ctx, &orderv1.GetOrderRequest{Id: orderID})
	record("GetOrder", err)
	_, err = s.Orders.CreateOrder(ctx, &orderv1.CreateOrderRequest{CustomerId: "aoife"})
	record("CreateOrder", err)
	_, err = s.Orders.UpdateOrderStatus(ctx, &orderv1.UpdateOrderStatusRequest{Id: orderID, Status: orderv1.OrderStatus_ORDER_STATUS_PENDING})
	record("UpdateOrderStatus", err)

	list, err := s.Orders.ListOrders(ctx, &orderv1.ListOrdersRequest{CustomerId: "aoife"})
	if err == nil {
		_, err = list.Recv()
	}
	record("ListOrders", err)
	upload, err := s.Orders.UploadLineItems(ctx)
	if err == nil {
		_, err = upload.CloseAndRecv()
	}
	record("UploadLineItems", err)
	chat, err := s.Orders.OrderChat(ctx)
	if err == nil {
		chat.Send(&orderv1.ChatMessage{OrderId: orderID, Sender: "aoife", Text: "hi"})
		_, err = chat.Recv()
	}
	record("OrderChat", err)
	return got
}

func TestWhoMay(t *testing.T) {
	s, issuer := startWithAuth(t)
	admin := as(t, issuer.Token(t, "root", "admin"))
	order, err := s.Orders.CreateOrder(admin, &orderv1.CreateOrderRequest{CustomerId: "aoife"})
	if err != nil {
		t.Fatal(err)
	}
	const ok, denied, missing, unknown = codes.OK, codes.PermissionDenied, codes.NotFound, codes.Unauthenticated
	rpcs := []string{"GetUser", "ListUsers", "CreateUser", "GetOrder", "ListOrders", "CreateOrder", "UploadLineItems", "OrderChat", "UpdateOrderStatus"}
	for _, test := range []struct {
		name, token string
		want        []codes.Code
	}{
		{"nobody", "", []codes.Code{unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown}},
		{"no scope", issuer.Token(t, "aoife", ""), []codes.Code{denied, denied, denied, denied, denied, denied, denied, denied, denied}},
		{"users.read", issuer.Token(t, "aoife", "users.read"), []codes.Code{ok, ok, denied, denied, denied, denied, denied, denied, denied}},
		{"users.write", issuer.Token(t, "aoife", "users.write"), []codes.Code{denied, denied, ok, denied, denied, denied, denied, denied, denied}},
		{"orders.read", issuer.Token(t, "aoife", "orders.read"), []codes.Code{denied, denied, denied, ok, ok, denied, denied, denied, denied}},
		{"orders.write", issuer.Token(t, "aoife", "orders.write"), []codes.Code{denied, denied, denied, denied, denied, ok, ok, ok, denied}},
		{"another", issuer.Token(t, "cillian", "orders.read orders.write"), []codes.Code{denied, denied, denied, missing, denied, denied, ok, denied, denied}},
		{"admin", issuer.Token(t, "root", "admin"), []codes.Code{ok, ok, ok, ok, ok, ok, ok, ok, ok}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := everyRPC(as(t, test.token), s, order.GetId())
			for i, rpc := range rpcs {
				if got[rpc] != test.want[i] {
					t.Errorf("%s ended with %v, want %v", rpc, got[rpc], test.want[i])
				}
			}
		})
	}
}

func TestBadTokens(t *testing.T) {
	s, issuer := startWithAuth(t)
	soon := time.Now().Add(time.Hour).Unix()
	hmac, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "a", "scope": "admin", "exp": soon}).SignedString([]byte("key"))
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{
		"expired":             issuer.Sign(t, jwt.MapClaims{"sub": "a", "scope": "admin", "exp": time.Now().Add(-time.Minute).Unix()}),
		"never expires":       issuer.Sign(t, jwt.MapClaims{"sub": "a", "scope": "admin"}),
		"no subject":          issuer.Sign(t, jwt.MapClaims{"scope": "admin", "exp": soon}),
		"another key":         servertest.NewIssuer(t).Token(t, "a", "admin"),
		"another algorithm":   hmac,
		"not a token":         "x",
		"something behind it": issuer.Token(t, "a", "admin") + "x",
	} {
		_, err := s.Users.GetUser(as(t, token), &userv1.GetUserRequest{Id: 1})
		if status.Code(err) != codes.Unauthenticated {
			t.Errorf("a token that is %s: %v", name, err)
		}
	}
	basic := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Basic "+issuer.Token(t, "a", "admin"))
	_, err = s.Users.GetUser(basic, &userv1.GetUserRequest{Id: 1})
	servertest.WantCode(t, err, codes.Unauthenticated)
}

func TestHealthNeedsNoTokenAndReflectionDoes(t *testing.T) {
	s, issuer := startWithAuth(t)
	if _, err := grpc_health_v1.NewHealthClient(s.UserConn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{}); err != nil {
		t.Error(err)
	}
	for token, want := range map[string]codes.Code{"": codes.Unauthenticated, issuer.Token(t, "a", ""): codes.OK} {
		stream, err := reflectionv1.NewServerReflectionClient(s.UserConn).ServerReflectionInfo(as(t, token))
		if err != nil {
			t.Fatal(err)
		}
		stream.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}})
		_, err = stream.Recv()
		servertest.WantCode(t, err, want)
	}
}

func TestACustomerChatsUnderTheirOwnName(t *testing.T) {
	s, issuer := startWithAuth(t)
	aoife := as(t, issuer.Token(t, "aoife", "orders.write"))
	order, err := s.Orders.CreateOrder(aoife, &orderv1.CreateOrderRequest{CustomerId: "aoife"})
	if err != nil {
		t.Fatal(err)
	}
	say := func(sender string) (*orderv1.ChatMessage, error) {
		chat, err := s.Orders.OrderChat(aoife)
		if err != nil {
			t.Fatal(err)
		}
		chat.Send(&orderv1.ChatMessage{OrderId: order.GetId(), Sender: sender, Text: "hi"})
		return chat.Recv()
	}
	if message, err := say(""); err != nil || message.GetSender() != "aoife" {
		t.Errorf("the message is %v, %v", message, err)
	}
	_, err = say("cillian")
	servertest.WantCode(t, err, codes.PermissionDenied)
}

func TestARequestIDIsThatOfOneCaller(t *testing.T) {
	s, issuer := startWithAuth(t)
	ids := map[string]bool{}
	for _, name := range []string{"aoife", "cillian", "aoife"} {
		request := &orderv1.CreateOrderRequest{CustomerId: name, RequestId: "01936a2f-7c3e-7b1a-9f00-aabbccddeeff"}
		order, err := s.Orders.CreateOrder(as(t, issuer.Token(t, name, "orders.write")), request)
		if err != nil {
			t.Fatal(err)
		}
		ids[order.GetId()] = true
	}
	if len(ids) != 2 {
		t.Errorf("the orders are %v", ids)
	}
}
