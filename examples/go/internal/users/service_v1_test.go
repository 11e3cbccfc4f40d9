package users_test

import (
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"example.com/protos/examples/go/internal/servertest"
	userv1 "example.com/protos/gen/go/user/v1"
)

const (
	domain = "user.example.com"
	id     = "01936a2f-7c3e-7b1a-9f00-aabbccddeeff"
)

func TestGetUser(t *testing.T) {
	users := servertest.Start(t, nil).Users
	got, err := users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 1})
	if err != nil {
		t.Fatal(err)
	}
	if want := (&userv1.User{Id: 1, Name: "Aoife", Email: "aoife@example.com"}); !proto.Equal(got, want) {
		t.Errorf("user 1 is %v", got)
	}
	_, err = users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 9})
	servertest.WantErrorInfo(t, err, codes.NotFound, domain, "USER_NOT_FOUND", "user_id", "9")
	for _, bad := range []int64{0, -1} {
		_, err = users.GetUser(t.Context(), &userv1.GetUserRequest{Id: bad})
		servertest.WantFields(t, err, "id")
	}
}

func TestCreateUserRefuses(t *testing.T) {
	users := servertest.Start(t, nil).Users
	for _, test := range []struct {
		request *userv1.CreateUserRequest
		fields  []string
	}{
		{&userv1.CreateUserRequest{RequestId: "x"}, []string{"name", "email", "request_id"}},
		{&userv1.CreateUserRequest{Name: strings.Repeat("😀", 201), Email: "a@b.c"}, []string{"name"}},
		{&userv1.CreateUserRequest{Name: "a\u0085b", Email: "a@b.c"}, []string{"name"}},
	} {
		_, err := users.CreateUser(t.Context(), test.request)
		servertest.WantFields(t, err, test.fields...)
	}
	created, err := users.CreateUser(
		t.Context(), &userv1.CreateUserRequest{Name: strings.Repeat("😀", 200), Email: "a@b.c"},
	)
	if err != nil || created.GetId() != 4 {
		t.Errorf("the first user created is %v, %v", created, err)
	}
}

func TestCreateUserWithARequestID(t *testing.T) {
	users := servertest.Start(t, nil).Users
	create := func(name, requestID string) (*userv1.User, error) {
		return users.CreateUser(
			t.Context(), &userv1.CreateUserRequest{Name: name, Email: "a@b.c", RequestId: requestID},
		)
	}
	_, err := create("", id)
	servertest.WantCode(t, err, codes.InvalidArgument) // so the request id is free again
	var calls sync.WaitGroup
	for range 100 {
		calls.Go(func() {
			if user, err := create("Maeve", id); err != nil || user.GetId() != 4 {
				t.Errorf("the response is %v, %v", user, err)
			}
		})
	}
	calls.Wait()
	if user, err := create("Maeve", strings.ToUpper(id)); err != nil || user.GetId() != 4 {
		t.Errorf("the response to the id in capitals is %v, %v", user, err)
	}
	_, err = create("Saoirse", id)
	servertest.WantErrorInfo(t, err, codes.AlreadyExists, domain, "REQUEST_ID_REUSED", "request_id", id)
	if user, err := create("Maeve", ""); err != nil || user.GetId() != 5 {
		t.Errorf("without an id the response is %v, %v", user, err)
	}
}

func TestListUsers(t *testing.T) {
	users := servertest.Start(t, nil).Users
	list := func(size int32, token string) (*userv1.ListUsersResponse, error) {
		return users.ListUsers(t.Context(), &userv1.ListUsersRequest{PageSize: size, PageToken: token})
	}
	first, err := list(2, "")
	if err != nil || len(first.GetUsers()) != 2 || first.GetNextPageToken() != "djE6Mg" {
		t.Fatalf("the first page is %v, %v", first, err)
	}
	second, err := list(2, first.GetNextPageToken())
	if err != nil || len(second.GetUsers()) != 1 || second.GetUsers()[0].GetId() != 3 ||
		second.GetNextPageToken() != "" {
		t.Fatalf("the second page is %v, %v", second, err)
	}
	_, err = list(-1, "x")
	servertest.WantFields(t, err, "page_size", "page_token")
	if beyond, err := list(0, "djE6OTk"); err != nil || len(beyond.GetUsers()) != 0 {
		t.Errorf("the page after the user 99 is %v, %v", beyond, err)
	}
}
