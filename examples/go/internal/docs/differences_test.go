package docs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"example.com/protos/examples/go/internal/servertest"
	orderv1 "example.com/protos/gen/go/order/v1"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// sent returns a copy of a message after encoding and decoding.
func sent[T proto.Message](t *testing.T, message T) T {
	t.Helper()
	bytes, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return received[T](t, bytes)
}

func received[T proto.Message](t *testing.T, bytes []byte) T {
	t.Helper()
	var none T
	message := none.ProtoReflect().New().Interface()
	if err := proto.Unmarshal(bytes, message); err != nil {
		t.Fatal(err)
	}
	return message.(T)
}

// wantJSON fails the test unless the ProtoJSON of the message is the expected one.
func wantJSON(t *testing.T, options protojson.MarshalOptions, message proto.Message, want map[string]any) {
	t.Helper()
	text, err := options.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the ProtoJSON is %s, want %v", text, want)
	}
}

func TestDefaults(t *testing.T) {
	order := sent(t, &orderv1.Order{})
	if order.Total != 0 || order.CustomerId != "" || order.Items != nil || order.CreateTime != nil {
		t.Errorf("what was not sent is %v", order)
	}
	if created := order.GetCreateTime().AsTime(); !created.Equal(time.Unix(0, 0)) {
		t.Errorf("no time is %v", created)
	}
	if name := (*userv1.User)(nil).GetName(); name != "" {
		t.Errorf("nobody is called %q", name)
	}
}

func TestPresence(t *testing.T) {
	if user := sent(t, &userv2.User{}); user.Age != nil || user.Address != nil || user.GetAge() != 0 {
		t.Errorf("the user is %v", user)
	}
	user := sent(t, &userv2.User{Age: proto.Int32(0), Address: &userv2.Address{}})
	if user.Age == nil || *user.Age != 0 || user.Address == nil {
		t.Errorf("the user is %v", user)
	}
}

func TestInt64(t *testing.T) {
	const beyondDoubles = int64(1<<53 + 1)
	user := sent(t, &userv1.User{Id: beyondDoubles})
	if user.GetId() != beyondDoubles {
		t.Errorf("the id is %d", user.GetId())
	}
	wantJSON(t, protojson.MarshalOptions{}, user, map[string]any{"id": "9007199254740993"})
}

func TestProtoJSON(t *testing.T) {
	address := &userv2.Address{City: "Cork"}
	wantJSON(t, protojson.MarshalOptions{}, address, map[string]any{"city": "Cork"})
	wantJSON(t, protojson.MarshalOptions{EmitDefaultValues: true}, address,
		map[string]any{"street": "", "city": "Cork", "country": "", "zipCode": ""})
}

func TestFieldMaskInProtoJSON(t *testing.T) {
	mask := &fieldmaskpb.FieldMask{}
	if err := protojson.Unmarshal([]byte(`"name,address.zipCode"`), mask); err != nil ||
		mask.GetPaths()[1] != "address.zip_code" {
		t.Errorf("the mask is %v, %v", mask, err)
	}
	if protojson.Unmarshal([]byte(`"*"`), mask) == nil {
		t.Error("* is read")
	}
	if _, err := protojson.Marshal(&fieldmaskpb.FieldMask{Paths: []string{"*"}}); err == nil {
		t.Error("* is written")
	}
	if _, err := fieldmaskpb.New(&userv2.User{}, "*"); err == nil {
		t.Error("fieldmaskpb.New takes *")
	}
}

func TestEnums(t *testing.T) {
	if text := orderv1.OrderStatus_ORDER_STATUS_SHIPPED.String(); text != "ORDER_STATUS_SHIPPED" {
		t.Errorf("the text is %q", text)
	}
	order := sent(t, &orderv1.Order{Status: 99})
	if order.GetStatus() != 99 || fmt.Sprint(order.GetStatus()) != "99" {
		t.Errorf("the status is %v", order.GetStatus())
	}
}

func TestUnknownFields(t *testing.T) {
	newer, err := proto.Marshal(&userv2.Address{ZipCode: "H91"})
	if err != nil {
		t.Fatal(err)
	}
	older := received[*userv1.User](t, newer) // the type has no field 4
	if text := string(older.ProtoReflect().GetUnknown()); text != string(newer) {
		t.Errorf("unknown is %q", text)
	}
	if again, err := proto.Marshal(older); err != nil || string(again) != string(newer) {
		t.Errorf("sent on is %q, %v", again, err)
	}
}

func TestTextThatIsNotUTF8(t *testing.T) {
	users := servertest.Start(t, nil).Users
	_, err := users.CreateUser(t.Context(), &userv1.CreateUserRequest{Name: "\xff", Email: "a@b.c"})
	servertest.WantCode(t, err, codes.Internal)
	if _, err := proto.Marshal(&userv1.User{Name: "\xff"}); err == nil {
		t.Error("it is marshalled")
	}
}

func TestStreaming(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	list, err := orders.ListOrders(t.Context(), &orderv1.ListOrdersRequest{CustomerId: "c"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := list.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("Recv returns %v at the end", err)
	}

	upload, err := orders.UploadLineItems(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for err == nil { // Send fails once the client knows that the server refused the first item
		err = upload.Send(&orderv1.LineItem{})
	}
	if !errors.Is(err, io.EOF) {
		t.Errorf("Send returns %v", err)
	}
	_, err = upload.CloseAndRecv()
	servertest.WantCode(t, err, codes.InvalidArgument)
}

func TestErrors(t *testing.T) {
	users := servertest.Start(t, nil).Users
	_, err := users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 9})
	if info := servertest.Detail[*errdetails.ErrorInfo](t, err); info.GetReason() != "USER_NOT_FOUND" {
		t.Errorf("the detail is %v", info)
	}
	if got := fmt.Sprint(status.Code(err), " ", codes.Canceled); got != "NotFound Canceled" {
		t.Errorf("codes print as %s", got)
	}
}

func TestDeadlines(t *testing.T) {
	orders := servertest.Start(t, nil).Orders
	deadline, cancelDeadline := context.WithDeadline(t.Context(), time.Now().Add(100*time.Millisecond))
	defer cancelDeadline()
	cancelled, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	for ctx, want := range map[context.Context]codes.Code{deadline: codes.DeadlineExceeded, cancelled: codes.Canceled} {
		upload, err := orders.UploadLineItems(ctx)
		if err == nil {
			// The server waits for items that are never sent.
			err = upload.RecvMsg(&orderv1.UploadSummary{})
		}
		servertest.WantCode(t, err, want)
	}
}
