// Package users keeps the people who use the system, in memory.
package users

import (
	"fmt"
	"strconv"
	"sync"

	"example.com/examples/go/internal/faults"
	"example.com/examples/go/internal/once"
	userv1 "example.com/protos/gen/go/user/v1"
)

const errorDomain = "user.example.com"

// Store holds all users. A message in it is never changed, so that it can be sent without a copy.
type Store struct {
	mu sync.Mutex
	// users[i] has the id i+1
	users   []*userv1.User
	created *once.Log[*userv1.User]
}

// NewStore returns a store of three users.
func NewStore() *Store {
	return &Store{
		users: []*userv1.User{
			{Id: 1, Name: "Aoife", Email: "aoife@example.com"},
			{Id: 2, Name: "Cillian", Email: "cillian@example.com"},
			{Id: 3, Name: "Niamh", Email: "niamh@example.com"},
		},
		created: once.NewLog[*userv1.User](errorDomain),
	}
}

// Get returns one user.
func (s *Store) Get(id int64) (*userv1.User, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if id > int64(len(s.users)) {
		return nil, &faults.NotFound{
			Text:     fmt.Sprintf("there is no user %d", id),
			Reason:   "USER_NOT_FOUND",
			Domain:   errorDomain,
			Metadata: map[string]string{"user_id": strconv.FormatInt(id, 10)},
		}
	}
	return s.users[id-1], nil
}

// Create stores a new user. RequestID is empty, or an id that the subject chose to be able to repeat the request.
func (s *Store) Create(name, email, requestID, subject string) (*userv1.User, error) {
	if err := checkNew(name, email, requestID); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.created.Do(subject, requestID, []string{name, email}, func() (*userv1.User, error) {
		user := &userv1.User{Id: int64(len(s.users)) + 1, Name: name, Email: email}
		s.users = append(s.users, user)
		return user, nil
	})
}

// List returns one page of the users, by ascending id.
func (s *Store) List(pageSize int32, token string) (*userv1.ListUsersResponse, error) {
	after, size, err := checkPage(pageSize, token)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	count := int64(len(s.users))
	start := min(after, count)
	end := min(start+int64(size), count)
	page := &userv1.ListUsersResponse{Users: s.users[start:end:end]}
	if end < count {
		page.NextPageToken = pageToken(end)
	}
	return page, nil
}
