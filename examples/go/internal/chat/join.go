// Package chat lets people talk about orders, in memory.
package chat

import (
	"errors"
	"io"
	"sync"

	"google.golang.org/grpc"

	"example.com/protos/examples/go/internal/caller"
	"example.com/protos/examples/go/internal/faults"
	orderv1 "example.com/protos/gen/go/order/v1"
)

// Stream is one person's stream.
type Stream = grpc.BidiStreamingServer[orderv1.ChatMessage, orderv1.ChatMessage]

// Rooms has one room for each order that has messages.
type Rooms struct {
	mu    sync.Mutex
	rooms map[string]*room
}

// NewRooms returns a store without messages.
func NewRooms() *Rooms { return &Rooms{rooms: map[string]*room{}} }

// Join joins the room of the order that the first message names. It stores incoming messages and sends those of the
// room, until the person leaves and has received all messages that were stored before. CheckOrder returns an error when
// the caller may not see the order.
func (r *Rooms) Join(stream Stream, who caller.Caller, checkOrder func(orderID string) error) error {
	first, err := receiveFirst(stream)
	if err != nil {
		return err
	}
	if err := nameSender(first, who); err != nil {
		return err
	}
	if err := checkFirst(first); err != nil {
		return err
	}
	if err := checkOrder(first.GetOrderId()); err != nil {
		return err
	}
	room := r.open(first.GetOrderId())
	reader := &reader{room: room, stream: stream, lastWhenJoined: room.last(), sent: first.GetSequence()}
	if err := checkSequence(reader.sent, reader.lastWhenJoined); err != nil {
		return err
	}

	// One goroutine reads the stream, another writes to it. When Join returns, the stream's context
	// ends, and Recv in the other goroutine fails.
	ended := make(chan error, 1)
	go func() { ended <- room.storeAll(first, stream, who) }()
	return reader.sendAll(ended)
}

func (r *Rooms) open(orderID string) *room {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rooms[orderID] == nil {
		r.rooms[orderID] = newRoom()
	}
	return r.rooms[orderID]
}

func receiveFirst(stream Stream) (*orderv1.ChatMessage, error) {
	first, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		missing := faults.Violation{
			Field:       "order_id",
			Description: "must be set: the stream ended without a first message",
		}
		return nil, &faults.InvalidFields{Violations: []faults.Violation{missing}, Count: 1}
	}
	return first, err
}

// nameSender makes sure that customers write under their own name.
func nameSender(first *orderv1.ChatMessage, who caller.Caller) error {
	if who.IsAdmin() || first.GetSender() == who.Subject {
		return nil
	}
	if first.GetSender() != "" {
		return &faults.PermissionDenied{Text: "sender must be your own name or empty"}
	}
	first.Sender = who.Subject
	return nil
}

func (r *room) storeAll(first *orderv1.ChatMessage, stream Stream, who caller.Caller) error {
	message := first
	for {
		if message.GetText() != "" {
			err := r.store(
				first.GetOrderId(), first.GetSender(), message.GetText(), message.GetMessageId(), who.Subject,
			)
			if err != nil {
				return err
			}
		}
		var err error
		message, err = stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := checkLater(message, first); err != nil {
			return err
		}
	}
}
