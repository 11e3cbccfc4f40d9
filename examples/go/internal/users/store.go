// Package users stores users in memory.
package users

import (
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"example.com/protos/examples/go/internal/faults"
	"example.com/protos/examples/go/internal/once"
	userv2 "example.com/protos/gen/go/user/v2"
)

const errorDomain = "user.example.com"

// Store holds all users, for both versions of the service. Its messages are replaced and never changed, so they can be
// sent without a copy.
type Store struct {
	mu sync.Mutex
	// users[i] has the number i+1
	users   []*userv2.User
	created *once.Log[*userv2.User]
}

// NewStore returns a store with three users.
func NewStore() *Store {
	return &Store{
		users: []*userv2.User{
			{Id: idOf(1), Name: "Aoife", Email: "aoife@example.com"},
			{Id: idOf(2), Name: "Cillian", Email: "cillian@example.com"},
			{Id: idOf(3), Name: "Niamh", Email: "niamh@example.com"},
		},
		created: once.NewLog[*userv2.User](errorDomain),
	}
}

// get returns one user; ok is false when there is no such user.
func (s *Store) get(number int64) (user *userv2.User, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number > int64(len(s.users)) {
		return nil, false
	}
	return s.users[number-1], true
}

// create stores a new user with an id and a time. RequestID is empty, or an id that makes the request safe to repeat
// within the scope.
func (s *Store) create(user *userv2.User, scope, requestID string) (*userv2.User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.created.Do(scope, requestID, user, func() (*userv2.User, error) {
		created := proto.CloneOf(user)
		created.Id = idOf(int64(len(s.users)) + 1)
		created.CreateTime = timestamppb.New(time.Now().Truncate(time.Millisecond))
		s.users = append(s.users, created)
		return created, nil
	})
}

// page returns the users after the one with the number after, and the token of the next page.
func (s *Store) page(after int64, size int) (users []*userv2.User, nextToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := int64(len(s.users))
	start := min(after, count)
	end := min(start+int64(size), count)
	if end < count {
		nextToken = pageToken(end)
	}
	// The result is a copy, because update replaces users in the store.
	return append(users, s.users[start:end]...), nextToken
}

// update replaces one user by the result of change; ok is false when there is no such user. Concurrent updates wait for
// each other.
func (s *Store) update(number int64, change func(*userv2.User) *userv2.User) (user *userv2.User, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number > int64(len(s.users)) {
		return nil, false
	}
	s.users[number-1] = change(s.users[number-1])
	return s.users[number-1], true
}

// notFound is the error for an unknown id, in the form that the caller sent.
func notFound(id string) error {
	return &faults.NotFound{
		Text:     "there is no user " + id,
		Reason:   "USER_NOT_FOUND",
		Domain:   errorDomain,
		Metadata: map[string]string{"user_id": id},
	}
}
