package server_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/health/grpc_health_v1"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"example.com/protos/examples/go/internal/server"
	"example.com/protos/examples/go/internal/servertest"
	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
)

func TestHealth(t *testing.T) {
	s := servertest.Start(t, nil)
	for _, port := range []struct {
		conn     *grpc.ClientConn
		services []string
	}{{s.UserConn, []string{"", "user.v1.UserService", "user.v2.UserService"}}, {s.OrderConn, []string{"", "order.v1.OrderService"}}} {
		for _, service := range port.services {
			request := &grpc_health_v1.HealthCheckRequest{Service: service}
			response, err := grpc_health_v1.NewHealthClient(port.conn).Check(t.Context(), request)
			if err != nil || response.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
				t.Errorf("the health of %q is %v, %v", service, response, err)
			}
		}
	}
}

func TestReflection(t *testing.T) {
	s := servertest.Start(t, nil)
	for _, port := range []struct {
		conn     *grpc.ClientConn
		services []string
	}{{s.UserConn, []string{"user.v1.UserService", "user.v2.UserService"}}, {s.OrderConn, []string{"order.v1.OrderService"}}} {
		names := reflectV1(t, port.conn)
		if alpha := reflectV1Alpha(t, port.conn); !slices.Equal(names, alpha) {
			t.Errorf("v1 lists %q, v1alpha %q", names, alpha)
		}
		for _, want := range append(port.services, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection") {
			if !slices.Contains(names, want) {
				t.Errorf("%q are listed without %s", names, want)
			}
		}
	}
}

func reflectV1(t *testing.T, conn *grpc.ClientConn) (names []string) {
	stream, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stream.Send(
		&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}},
	)
	response, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range response.GetListServicesResponse().GetService() {
		names = append(names, service.GetName())
	}
	return names
}

func reflectV1Alpha(t *testing.T, conn *grpc.ClientConn) (names []string) {
	stream, err := reflectionv1alpha.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stream.Send(
		&reflectionv1alpha.ServerReflectionRequest{
			MessageRequest: &reflectionv1alpha.ServerReflectionRequest_ListServices{},
		},
	)
	response, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range response.GetListServicesResponse().GetService() {
		names = append(names, service.GetName())
	}
	return names
}

func TestARequestThatDoesNotDecodeIsInvalid(t *testing.T) {
	s := servertest.Start(t, nil)
	// A field whose length is five bytes, but which has only one byte.
	broken := &wrapperspb.BytesValue{}
	broken.ProtoReflect().SetUnknown([]byte{0x0a, 0x05, 'a'})
	unary := s.UserConn.Invoke(t.Context(), userv1.UserService_CreateUser_FullMethodName, broken, &userv1.User{})
	stream, err := s.OrderConn.NewStream(
		t.Context(), &grpc.StreamDesc{ClientStreams: true}, orderv1.OrderService_UploadLineItems_FullMethodName,
	)
	if err != nil {
		t.Fatal(err)
	}
	stream.SendMsg(broken)
	stream.CloseSend()
	for _, err := range []error{unary, stream.RecvMsg(&orderv1.UploadSummary{})} {
		servertest.WantCode(t, err, codes.InvalidArgument)
		if details := status.Convert(err).Details(); len(details) > 0 {
			t.Errorf("the details are %v", details)
		}
	}
}

func TestCompressedRequests(t *testing.T) {
	users := servertest.Start(t, nil).Users
	if _, err := users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 1}, grpc.UseCompressor(gzip.Name)); err != nil {
		t.Error(err)
	}
}

func TestMessageLimit(t *testing.T) {
	users := servertest.Start(t, nil).Users
	_, err := users.CreateUser(t.Context(), &userv1.CreateUserRequest{Name: strings.Repeat("x", 4<<20)})
	servertest.WantCode(t, err, codes.ResourceExhausted)
}

func TestRateLimit(t *testing.T) {
	s := servertest.Start(t, func(o *server.Options) { o.CallsPerSecond = 1 })
	var err error
	for range 3 {
		_, err = s.Users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 1})
	}
	servertest.WantCode(t, err, codes.ResourceExhausted)
	delay := servertest.Detail[*errdetails.RetryInfo](t, err).GetRetryDelay().AsDuration()
	if delay <= 0 || delay > time.Second {
		t.Errorf("the delay is %v", delay)
	}
}

func TestTLS(t *testing.T) {
	cert, key := servertest.Certificate(t)
	transport, err := credentials.NewClientTLSFromFile(cert, "")
	if err != nil {
		t.Fatal(err)
	}
	secure := func(o *server.Options) { o.TLSCert, o.TLSKey = cert, key }
	s := servertest.Start(t, secure, grpc.WithTransportCredentials(transport))
	if _, err := s.Users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 1}); err != nil {
		t.Error(err)
	}
	plaintext := userv1.NewUserServiceClient(servertest.Dial(t, s.UserAddress()))
	_, err = plaintext.GetUser(t.Context(), &userv1.GetUserRequest{Id: 1})
	servertest.WantCode(t, err, codes.Unavailable)
}

func TestTheLogHasNoContentsOfMessages(t *testing.T) {
	var log bytes.Buffer
	s := servertest.Start(t, func(o *server.Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	if _, err := s.Users.CreateUser(t.Context(), &userv1.CreateUserRequest{Name: "Maeve", Email: "maeve@example.com"}); err != nil {
		t.Fatal(err)
	}
	s.Stop(time.Minute) // the server writes nothing to the log from here on
	line := log.String()
	if strings.Count(line, "\n") != 1 || strings.Contains(strings.ToLower(line), "maeve") {
		t.Errorf("the log is %q", line)
	}
	for _, want := range []string{"method=/user.v1.UserService/CreateUser", "code=OK", "duration=", "peer="} {
		if !strings.Contains(line, want) {
			t.Errorf("%q has no %s", line, want)
		}
	}
}

func TestStopLetsCallsEnd(t *testing.T) {
	s := servertest.Start(t, nil)
	upload, err := s.Orders.UploadLineItems(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	chat := openChat(t, s.Orders)
	watch, err := grpc_health_v1.NewHealthClient(s.OrderConn).Watch(t.Context(), &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	wantHealth(t, watch, grpc_health_v1.HealthCheckResponse_SERVING)

	stopped := make(chan struct{})
	go func() {
		s.Stop(time.Minute)
		close(stopped)
	}()
	wantHealth(t, watch, grpc_health_v1.HealthCheckResponse_NOT_SERVING)
	if err := upload.Send(&orderv1.LineItem{ProductId: "p", Quantity: 1, UnitPrice: 1}); err != nil {
		t.Fatal(err)
	}
	if summary, err := upload.CloseAndRecv(); err != nil || summary.GetItemCount() != 1 {
		t.Errorf("the summary is %v, %v", summary, err)
	}
	select {
	case <-stopped:
		t.Error("the server stopped although a chat was going on")
	default:
	}
	chat.CloseSend()
	// Watch of Health does not end by itself.
	s.UserConn.Close()
	s.OrderConn.Close()
	<-stopped
}

func TestStopEndsCallsAfterTheLimit(t *testing.T) {
	s := servertest.Start(t, nil)
	chat := openChat(t, s.Orders)
	s.Stop(10 * time.Millisecond)
	if _, err := chat.Recv(); status.Code(err) != codes.Unavailable {
		t.Errorf("the chat ended with %v", err)
	}
}

// openChat returns a chat in progress.
func openChat(
	t *testing.T, orders orderv1.OrderServiceClient,
) grpc.BidiStreamingClient[orderv1.ChatMessage, orderv1.ChatMessage] {
	t.Helper()
	order, err := orders.CreateOrder(t.Context(), &orderv1.CreateOrderRequest{CustomerId: "c"})
	if err != nil {
		t.Fatal(err)
	}
	chat, err := orders.OrderChat(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := chat.Send(&orderv1.ChatMessage{OrderId: order.GetId(), Sender: "Aoife", Text: "hello"}); err != nil {
		t.Fatal(err)
	}
	if _, err := chat.Recv(); err != nil {
		t.Fatal(err)
	}
	return chat
}

func wantHealth(
	t *testing.T, watch grpc.ServerStreamingClient[grpc_health_v1.HealthCheckResponse],
	want grpc_health_v1.HealthCheckResponse_ServingStatus,
) {
	t.Helper()
	if response, err := watch.Recv(); err != nil || response.GetStatus() != want {
		t.Fatalf("the health is %v, %v, want %v", response, err, want)
	}
}

func TestDeadline(t *testing.T) {
	s := servertest.Start(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	upload, err := s.Orders.UploadLineItems(ctx)
	if err == nil {
		// The server waits for items that are never sent.
		err = upload.RecvMsg(&orderv1.UploadSummary{})
	}
	servertest.WantCode(t, err, codes.DeadlineExceeded)
}
