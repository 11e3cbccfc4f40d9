// Package orders stores orders in memory.
package orders

import (
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"example.com/protos/examples/go/internal/caller"
	"example.com/protos/examples/go/internal/faults"
	"example.com/protos/examples/go/internal/once"
	orderv1 "example.com/protos/gen/go/order/v1"
)

const errorDomain = "order.example.com"

// Store holds all orders. Its messages are replaced and never changed, so they can be sent without a copy.
type Store struct {
	mu   sync.Mutex
	byID map[string]*orderv1.Order
	// the ids of each customer's orders, oldest first
	byCustomer map[string][]string
	created    *once.Log[*orderv1.Order]
	uploaded   *once.Log[*orderv1.UploadSummary]
}

// NewStore returns a store without orders.
func NewStore() *Store {
	return &Store{
		byID:       map[string]*orderv1.Order{},
		byCustomer: map[string][]string{},
		created:    once.NewLog[*orderv1.Order](errorDomain),
		uploaded:   once.NewLog[*orderv1.UploadSummary](errorDomain),
	}
}

// Create stores a new order that has been checked. RequestID is empty, or an id that makes the request safe to repeat.
func (s *Store) Create(
	customerID string, given []*orderv1.LineItem, requestID string, who caller.Caller,
) (*orderv1.Order, error) {
	items := make([]*orderv1.LineItem, len(given))
	for i, item := range given {
		items[i] = stored(item)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.created.Do(who.Subject, requestID, []any{customerID, items}, func() (*orderv1.Order, error) {
		id, err := uuid.NewV7()
		if err != nil {
			return nil, err
		}
		order := &orderv1.Order{
			Id:         "ord-" + id.String(),
			CustomerId: customerID,
			Items:      items,
			Total:      totalOf(items),
			Status:     orderv1.OrderStatus_ORDER_STATUS_PENDING,
			CreateTime: timestamppb.New(time.Now().Truncate(time.Millisecond)),
		}
		s.byID[order.GetId()] = order
		s.byCustomer[customerID] = append(s.byCustomer[customerID], order.GetId())
		return order, nil
	})
}

// Get returns one order. The order of another customer is reported as missing, which does not disclose that it exists.
func (s *Store) Get(id string, who caller.Caller) (*orderv1.Order, error) {
	if err := checkID("id", id); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(id, who)
}

// List returns the customer's orders at this moment, oldest first.
func (s *Store) List(customerID string, who caller.Caller) ([]*orderv1.Order, error) {
	if err := checkID("customer_id", customerID); err != nil {
		return nil, err
	}
	if err := checkCustomer(who, customerID); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := s.byCustomer[customerID]
	orders := make([]*orderv1.Order, len(ids))
	for i, id := range ids {
		orders[i] = s.byID[id]
	}
	return orders, nil
}

// UpdateStatus moves an order to its next status.
func (s *Store) UpdateStatus(id string, status orderv1.OrderStatus, who caller.Caller) (*orderv1.Order, error) {
	if err := checkStatus(id, status); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	order, err := s.find(id, who)
	if err != nil {
		return nil, err
	}
	changed, err := withStatus(order, status)
	if err != nil {
		return nil, err
	}
	s.byID[id] = changed
	return changed, nil
}

// addItems ends an upload: if the items belong to an order, it stores all of them at once.
func (s *Store) addItems(u *upload, idempotencyKey string, who caller.Caller) (*orderv1.UploadSummary, error) {
	summary, err := u.finish()
	if err != nil || u.orderID == "" {
		return summary, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	order, err := s.find(u.orderID, who)
	if err != nil {
		return nil, err
	}
	request := []any{u.orderID, u.count, u.items}
	return s.uploaded.Do(who.Subject, idempotencyKey, request, func() (*orderv1.UploadSummary, error) {
		changed, err := withItems(order, u.items, u.count)
		if err != nil {
			return nil, err
		}
		s.byID[u.orderID] = changed
		return summary, nil
	})
}

func (s *Store) find(id string, who caller.Caller) (*orderv1.Order, error) {
	order, ok := s.byID[id]
	if ok && (who.IsAdmin() || order.GetCustomerId() == who.Subject) {
		return order, nil
	}
	return nil, &faults.NotFound{
		Text:     fmt.Sprintf("there is no order %q", id),
		Reason:   "ORDER_NOT_FOUND",
		Domain:   errorDomain,
		Metadata: map[string]string{"order_id": id},
	}
}

func checkCustomer(who caller.Caller, customerID string) error {
	if who.IsAdmin() || customerID == who.Subject {
		return nil
	}
	return &faults.PermissionDenied{Text: "customer_id must be your own"}
}
