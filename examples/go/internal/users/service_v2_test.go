package users_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"example.com/protos/examples/go/internal/servertest"
	userv1 "example.com/protos/gen/go/user/v1"
	userv2 "example.com/protos/gen/go/user/v2"
)

// full returns a user with everything that a caller may set.
func full() *userv2.User {
	return &userv2.User{
		Name: "Maeve", Email: "maeve@example.com", Age: proto.Int32(0), Roles: []string{"b", "a", "b"},
		Address: &userv2.Address{Street: "Main Street 1", City: "Galway", Country: "Ireland", ZipCode: "H91"},
	}
}

// wantUser fails the test unless the user has these values. It ignores create_time.
func wantUser(t *testing.T, got, want *userv2.User) {
	t.Helper()
	comparable := proto.CloneOf(got)
	comparable.CreateTime = nil
	if !proto.Equal(comparable, want) {
		t.Errorf("the user is %v, want %v", got, want)
	}
}

func create(t *testing.T, users userv2.UserServiceClient, user *userv2.User) *userv2.User {
	t.Helper()
	response, err := users.CreateUser(t.Context(), &userv2.CreateUserRequest{User: user})
	if err != nil {
		t.Fatal(err)
	}
	return response.GetUser()
}

func TestBothVersionsHaveTheSameUsers(t *testing.T) {
	s := servertest.Start(t, nil)
	created := create(t, s.UsersV2, full())
	shown, err := s.Users.GetUser(t.Context(), &userv1.GetUserRequest{Id: 4})
	if want := (&userv1.User{Id: 4, Name: "Maeve", Email: "maeve@example.com"}); err != nil ||
		!proto.Equal(shown, want) {
		t.Errorf("user.v1 shows %v, %v", shown, err)
	}
	if _, err := s.Users.CreateUser(t.Context(), &userv1.CreateUserRequest{Name: "Oisin", Email: "o@example.com"}); err != nil {
		t.Fatal(err)
	}
	first, err := s.Users.ListUsers(t.Context(), &userv1.ListUsersRequest{PageSize: 3})
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.UsersV2.ListUsers(
		t.Context(), &userv2.ListUsersRequest{PageSize: 2, PageToken: first.GetNextPageToken()},
	)
	if err != nil || len(page.GetUsers()) != 2 || page.GetNextPageToken() != "" {
		t.Fatalf("the page is %v, %v", page, err)
	}
	if !proto.Equal(page.GetUsers()[0], created) {
		t.Errorf("%v is listed as %v", created, page.GetUsers()[0])
	}
	wantUser(t, page.GetUsers()[1], &userv2.User{Id: "usr-5", Name: "Oisin", Email: "o@example.com"})
	if age := time.Since(page.GetUsers()[1].GetCreateTime().AsTime()); age < 0 || age > time.Minute {
		t.Errorf("the user of user.v1 was created %v ago", age)
	}
}

func TestGetUserV2(t *testing.T) {
	users := servertest.Start(t, nil).UsersV2
	got, err := users.GetUser(t.Context(), &userv2.GetUserRequest{Id: "usr-1"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (&userv2.User{Id: "usr-1", Name: "Aoife", Email: "aoife@example.com"}); !proto.Equal(
		got.GetUser(), want,
	) {
		t.Errorf("usr-1 is %v", got)
	}
	_, err = users.GetUser(t.Context(), &userv2.GetUserRequest{Id: "usr-99"})
	servertest.WantErrorInfo(t, err, codes.NotFound, domain, "USER_NOT_FOUND", "user_id", "usr-99")
	_, err = users.GetUser(t.Context(), &userv2.GetUserRequest{Id: "1"})
	servertest.WantFields(t, err, "id")
}

func TestCreateUserV2(t *testing.T) {
	users := servertest.Start(t, nil).UsersV2
	given := full()
	given.Id, given.CreateTime = "nonsense", timestamppb.New(time.Unix(1, 0))
	created := create(t, users, given)
	want := full()
	want.Id = "usr-4"
	wantUser(t, created, want)
	if age := time.Since(created.GetCreateTime().AsTime()); age < 0 || age > time.Minute ||
		created.GetCreateTime().GetNanos()%1_000_000 != 0 {
		t.Errorf("the time is %v", created.GetCreateTime())
	}
	wantUser(t, create(t, users, &userv2.User{Name: "a", Email: "a@b.c", Address: &userv2.Address{}}),
		&userv2.User{Id: "usr-5", Name: "a", Email: "a@b.c", Address: &userv2.Address{}})
}

func TestCreateUserV2Refuses(t *testing.T) {
	users := servertest.Start(t, nil).UsersV2
	long := strings.Repeat("😀", 201)
	for _, test := range []struct {
		user   *userv2.User
		fields []string
	}{
		{nil, []string{"user"}},
		{&userv2.User{}, []string{"user.name", "user.email", "request_id"}},
		{
			&userv2.User{
				Age: proto.Int32(-1), Roles: []string{"a", "A", "", strings.Repeat("a", 51), "a\n"},
				Address: &userv2.Address{Street: long, City: "a\nb", Country: long, ZipCode: long},
			},
			[]string{
				"user.name", "user.email", "user.age", "user.roles[1]", "user.roles[2]", "user.roles[3]", "user.roles[4]",
				"user.address.street", "user.address.city", "user.address.country", "user.address.zip_code", "request_id",
			},
		},
		{
			&userv2.User{Name: "a", Email: "a@b.c", Age: proto.Int32(151), Roles: make([]string, 21)},
			[]string{"user.age", "user.roles", "request_id"},
		},
	} {
		_, err := users.CreateUser(t.Context(), &userv2.CreateUserRequest{User: test.user, RequestId: "x"})
		servertest.WantFields(t, err, test.fields...)
	}
	limits := full()
	limits.Age, limits.Roles = proto.Int32(150), slices.Repeat([]string{strings.Repeat("a", 50)}, 20)
	limits.Address.Street = strings.Repeat("😀", 200)
	create(t, users, limits)
}

func TestCreateUserV2WithARequestID(t *testing.T) {
	s := servertest.Start(t, nil)
	create := func(change func(*userv2.User)) (*userv2.User, error) {
		user := full()
		change(user)
		response, err := s.UsersV2.CreateUser(t.Context(), &userv2.CreateUserRequest{User: user, RequestId: id})
		return response.GetUser(), err
	}
	same := func(*userv2.User) {}
	if _, err := s.Users.CreateUser(t.Context(), &userv1.CreateUserRequest{Name: "Maeve", Email: "maeve@example.com", RequestId: id}); err != nil {
		t.Fatal(err)
	}
	first, err := create(same)
	if err != nil || first.GetId() != "usr-5" {
		t.Fatalf("an id of user.v1 is another's in user.v2: %v, %v", first, err)
	}
	if _, err := s.UsersV2.UpdateUser(t.Context(), &userv2.UpdateUserRequest{User: &userv2.User{Id: "usr-5", Name: "Another"}}); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*userv2.User){same, func(u *userv2.User) { u.Id, u.CreateTime = "usr-1", timestamppb.Now() }} {
		if again, err := create(change); err != nil || !proto.Equal(again, first) {
			t.Errorf("the response is %v, %v", again, err)
		}
	}
	for _, change := range []func(*userv2.User){
		func(u *userv2.User) { u.Name = "M" },
		func(u *userv2.User) { u.Email = "m@example.com" },
		func(u *userv2.User) { u.Age = nil },
		func(u *userv2.User) { u.Roles = []string{"a", "b", "b"} },
		func(u *userv2.User) { u.Address.ZipCode = "" },
		func(u *userv2.User) { u.Address = nil },
	} {
		_, err := create(change)
		servertest.WantErrorInfo(t, err, codes.AlreadyExists, domain, "REQUEST_ID_REUSED", "request_id", id)
	}
}

func TestUpdateUser(t *testing.T) {
	users := servertest.Start(t, nil).UsersV2
	for _, test := range []struct {
		name   string
		mask   []string
		values *userv2.User
		want   func(*userv2.User)
	}{
		{"nothing", nil, &userv2.User{}, func(*userv2.User) {}},
		{
			"what is set", nil, &userv2.User{Name: "N", Age: proto.Int32(0), Address: &userv2.Address{City: "Cork"}},
			func(u *userv2.User) { u.Name, u.Age, u.Address = "N", proto.Int32(0), &userv2.Address{City: "Cork"} },
		},
		{"what is set", []string{}, &userv2.User{Email: "e@example.com", Roles: []string{"x"}}, func(u *userv2.User) { u.Email, u.Roles = "e@example.com", []string{"x"} }},
		{"what is named", []string{"email"}, &userv2.User{Name: "N", Email: "e@example.com", Age: proto.Int32(9)}, func(u *userv2.User) { u.Email = "e@example.com" }},
		{"cleared", []string{"age", "roles", "address"}, &userv2.User{Name: "N"}, func(u *userv2.User) { u.Age, u.Roles, u.Address = nil, nil, nil }},
		{
			"all", []string{"address.city", "*"}, &userv2.User{Name: "N", Email: "e@example.com"},
			func(u *userv2.User) { u.Name, u.Email, u.Age, u.Roles, u.Address = "N", "e@example.com", nil, nil, nil },
		},
		{
			"parts", []string{"address.city", "address.zip_code"}, &userv2.User{Address: &userv2.Address{Street: "S", City: "Cork"}},
			func(u *userv2.User) { u.Address.City, u.Address.ZipCode = "Cork", "" },
		},
		{"a part without a value", []string{"address.street"}, &userv2.User{}, func(u *userv2.User) { u.Address.Street = "" }},
		{
			"a part and the whole", []string{"address.city", "address"}, &userv2.User{Address: &userv2.Address{Street: "S"}},
			func(u *userv2.User) { u.Address = &userv2.Address{Street: "S"} },
		},
		{"a part and the whole, cleared", []string{"address", "address.city"}, &userv2.User{}, func(u *userv2.User) { u.Address = nil }},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := create(t, users, full())
			test.values.Id = before.GetId()
			request := &userv2.UpdateUserRequest{
				User:       test.values,
				UpdateMask: &fieldmaskpb.FieldMask{Paths: test.mask},
			}
			if test.mask == nil {
				request.UpdateMask = nil
			}
			response, err := users.UpdateUser(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			want := proto.CloneOf(before)
			test.want(want)
			after, err := users.GetUser(t.Context(), &userv2.GetUserRequest{Id: before.GetId()})
			if err != nil || !proto.Equal(response.GetUser(), want) || !proto.Equal(after.GetUser(), want) {
				t.Errorf("the user is %v, and then %v, want %v", response, after, want)
			}
		})
	}
	made, err := users.UpdateUser(t.Context(), &userv2.UpdateUserRequest{
		User: &userv2.User{Id: "usr-1"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"address.city"}},
	})
	if err != nil || made.GetUser().GetAddress() == nil {
		t.Errorf("an address that was absent: %v, %v", made, err)
	}
}

func TestUpdateUserRefuses(t *testing.T) {
	users := servertest.Start(t, nil).UsersV2
	for _, test := range []struct {
		user   *userv2.User
		mask   []string
		fields []string
	}{
		{nil, []string{"x"}, []string{"user"}},
		{&userv2.User{Id: "1", Name: "a\n"}, nil, []string{"user.id", "user.name"}},
		{&userv2.User{Id: "usr-1", Name: "a\n", Age: proto.Int32(151)}, []string{"age"}, []string{"user.age"}},
		{&userv2.User{Id: "usr-1"}, []string{"*"}, []string{"user.name", "user.email"}},
		{&userv2.User{Id: "usr-99"}, []string{"name", "roles"}, []string{"user.name"}},
		{
			&userv2.User{Id: "usr-1", Address: &userv2.Address{City: "a\n", Street: "a\n"}}, []string{"address.city"},
			[]string{"user.address.city"},
		},
		{
			&userv2.User{Id: "usr-1"},
			[]string{"name", "id", "age", "create_time", "create_time.seconds", "roles.x", "address.x", "name.y", "", "**", "zipCode", "address.zip_code"},
			[]string{
				"user.name", "update_mask.paths[1]", "update_mask.paths[3]", "update_mask.paths[4]", "update_mask.paths[5]",
				"update_mask.paths[6]", "update_mask.paths[7]", "update_mask.paths[8]", "update_mask.paths[9]", "update_mask.paths[10]",
			},
		},
		{&userv2.User{Id: "usr-1"}, slices.Repeat([]string{"id"}, 101), []string{"update_mask.paths"}},
		{&userv2.User{Id: "usr-1", Name: "a", Email: "a@b.c"}, []string{"*", "id"}, []string{"update_mask.paths[1]"}},
	} {
		_, err := users.UpdateUser(
			t.Context(),
			&userv2.UpdateUserRequest{User: test.user, UpdateMask: &fieldmaskpb.FieldMask{Paths: test.mask}},
		)
		servertest.WantFields(t, err, test.fields...)
	}
	_, err := users.UpdateUser(t.Context(), &userv2.UpdateUserRequest{User: &userv2.User{Id: "usr-99"}})
	servertest.WantErrorInfo(t, err, codes.NotFound, domain, "USER_NOT_FOUND", "user_id", "usr-99")
}

func TestUpdatesOfDifferentFieldsBothStay(t *testing.T) {
	users := servertest.Start(t, nil).UsersV2
	update := func(user *userv2.User) {
		user.Id = "usr-1"
		if _, err := users.UpdateUser(t.Context(), &userv2.UpdateUserRequest{User: user}); err != nil {
			t.Error(err)
		}
	}
	for i := range int32(100) {
		name := fmt.Sprint("name ", i)
		var calls sync.WaitGroup
		calls.Go(func() { update(&userv2.User{Name: name}) })
		calls.Go(func() { update(&userv2.User{Age: proto.Int32(i)}) })
		calls.Wait()
		got, err := users.GetUser(t.Context(), &userv2.GetUserRequest{Id: "usr-1"})
		if err != nil || got.GetUser().GetName() != name || got.GetUser().GetAge() != i {
			t.Fatalf("after %d updates of both the user is %v, %v", i, got, err)
		}
	}
}
