package server_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"example.com/protos/examples/go/internal/server"
	"example.com/protos/examples/go/internal/servertest"
	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

func startWithAuth(t *testing.T) (*servertest.Server, *servertest.Issuer) {
	t.Helper()
	issuer := servertest.NewIssuer(t)
	return servertest.Start(t, func(o *server.Options) { o.JWKS = issuer.JWKS }), issuer
}

// as returns the context of a call with a token; an empty token is left out.
func as(t *testing.T, token string) context.Context {
	if token == "" {
		return t.Context()
	}
	return metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
}

// everyRPC calls each RPC, about Aoife's order where it needs one, and returns the codes.
func everyRPC(ctx context.Context, s *servertest.Server, orderID string) map[string]codes.Code {
	got := map[string]codes.Code{}
	record := func(rpc string, err error) { got[rpc] = status.Code(err) }
	_, err := s.Users.GetUser(ctx, &userv1.GetUserRequest{Id: 1})
	record("GetUser", err)
	_, err = s.Users.ListUsers(ctx, &userv1.ListUsersRequest{})
	record("ListUsers", err)
	_, err = s.Users.CreateUser(ctx, &userv1.CreateUserRequest{Name: "a", Email: "a@b.c"})
	record("CreateUser", err)
	_, err = s.UsersV2.GetUser(ctx, &userv2.GetUserRequest{Id: "usr-1"})
	record("v2.GetUser", err)
	_, err = s.UsersV2.ListUsers(ctx, &userv2.ListUsersRequest{})
	record("v2.ListUsers", err)
	_, err = s.UsersV2.CreateUser(ctx, &userv2.CreateUserRequest{User: &userv2.User{Name: "a", Email: "a@b.c"}})
	record("v2.CreateUser", err)
	_, err = s.UsersV2.UpdateUser(ctx, &userv2.UpdateUserRequest{User: &userv2.User{Id: "usr-1"}})
	record("v2.UpdateUser", err)
	_, err = s.Orders.GetOrder(ctx, &orderv1.GetOrderRequest{Id: orderID})
	record("GetOrder", err)
	_, err = s.Orders.CreateOrder(ctx, &orderv1.CreateOrderRequest{CustomerId: "aoife"})
	record("CreateOrder", err)
	_, err = s.Orders.UpdateOrderStatus(
		ctx, &orderv1.UpdateOrderStatusRequest{Id: orderID, Status: orderv1.OrderStatus_ORDER_STATUS_PENDING},
	)
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

func TestScopesAllowMethods(t *testing.T) {
	s, issuer := startWithAuth(t)
	admin := as(t, issuer.Token(t, "root", "admin"))
	order, err := s.Orders.CreateOrder(admin, &orderv1.CreateOrderRequest{CustomerId: "aoife"})
	if err != nil {
		t.Fatal(err)
	}
	const ok, denied, missing, unknown = codes.OK, codes.PermissionDenied, codes.NotFound, codes.Unauthenticated
	usersRead := []string{"GetUser", "ListUsers", "v2.GetUser", "v2.ListUsers"}
	usersWrite := []string{"CreateUser", "v2.CreateUser", "v2.UpdateUser"}
	ordersRead := []string{"GetOrder", "ListOrders"}
	ordersWrite := []string{"CreateOrder", "UploadLineItems", "OrderChat"}
	all := slices.Concat(usersRead, usersWrite, ordersRead, ordersWrite, []string{"UpdateOrderStatus"})
	for _, test := range []struct {
		name, token string
		// The code of a method that the scopes do not allow, and of an allowed method for another customer's order.
		refused codes.Code
		allowed []string
		others  map[string]codes.Code
	}{
		{"nobody", "", unknown, nil, nil},
		{"no scope", issuer.Token(t, "aoife", ""), denied, nil, nil},
		{"users.read", issuer.Token(t, "aoife", "users.read"), denied, usersRead, nil},
		{"users.write", issuer.Token(t, "aoife", "users.write"), denied, usersWrite, nil},
		{"orders.read", issuer.Token(t, "aoife", "orders.read"), denied, ordersRead, nil},
		{"orders.write", issuer.Token(t, "aoife", "orders.write"), denied, ordersWrite, nil},
		{
			"another", issuer.Token(t, "cillian", "orders.read orders.write"), denied, []string{"UploadLineItems"},
			map[string]codes.Code{"GetOrder": missing},
		},
		{"admin", issuer.Token(t, "root", "admin"), ok, all, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := everyRPC(as(t, test.token), s, order.GetId())
			for _, rpc := range all {
				want := test.refused
				if slices.Contains(test.allowed, rpc) {
					want = ok
				} else if code, isOther := test.others[rpc]; isOther {
					want = code
				}
				if got[rpc] != want {
					t.Errorf("%s ended with %v, want %v", rpc, got[rpc], want)
				}
			}
		})
	}
}

func TestBadTokens(t *testing.T) {
	s, issuer := startWithAuth(t)
	soon := time.Now().Add(time.Hour).Unix()
	hmac, err := jwt.NewWithClaims(
		jwt.SigningMethodHS256, jwt.MapClaims{"sub": "a", "scope": "admin", "exp": soon},
	).SignedString(
		[]byte("key"),
	)
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

func TestGuessingTokensIsLimited(t *testing.T) {
	issuer := servertest.NewIssuer(t)
	s := servertest.Start(t, func(o *server.Options) { o.JWKS, o.CallsPerSecond = issuer.JWKS, 3 })
	get := func(token string) codes.Code {
		_, err := s.Users.GetUser(as(t, token), &userv1.GetUserRequest{Id: 1})
		return status.Code(err)
	}
	aoife := issuer.Token(t, "aoife", "users.read")
	if code := get(aoife); code != codes.OK { // from now on, the token is cached
		t.Fatal(code)
	}
	refused := map[codes.Code]int{}
	for i := range 30 {
		refused[get([]string{"", fmt.Sprint("guess", i)}[i%2])]++
	}
	if refused[codes.Unauthenticated] < 5 || refused[codes.ResourceExhausted] < 15 || len(refused) != 2 {
		t.Errorf("the guesses ended with %v", refused)
	}
	if code := get(issuer.Token(t, "aoife", "users.read orders.read")); code != codes.ResourceExhausted {
		t.Errorf("a good guess ended with %v", code)
	}
	if code := get(aoife); code != codes.OK {
		t.Errorf("a call with a known token ended with %v", code)
	}
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
		stream.Send(
			&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}},
		)
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
