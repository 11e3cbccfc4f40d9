package chat

import (
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"example.com/protos/examples/go/internal/once"
	orderv1 "example.com/protos/gen/go/order/v1"
)

const errorDomain = "order.example.com"

// room keeps the messages about one order. Writers append, and readers read at their own speed, without waiting for
// each other.
type room struct {
	mu sync.Mutex
	// messages[i] has the sequence i+1
	messages []*orderv1.ChatMessage
	stored   *once.Log[*orderv1.ChatMessage]
	// closed and replaced at each new message
	changed chan struct{}
}

func newRoom() *room {
	return &room{stored: once.NewLog[*orderv1.ChatMessage](errorDomain), changed: make(chan struct{})}
}

// store gives a message the next number of the room. A message with the id of an earlier one is not stored again.
func (r *room) store(orderID, sender, text, messageID, subject string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err := r.stored.Do(subject, messageID, []string{sender, text}, func() (*orderv1.ChatMessage, error) {
		message := &orderv1.ChatMessage{
			OrderId:    orderID,
			Sender:     sender,
			Text:       text,
			CreateTime: timestamppb.New(time.Now().Truncate(time.Millisecond)),
			Sequence:   int64(len(r.messages)) + 1,
			MessageId:  messageID,
		}
		r.messages = append(r.messages, message)
		close(r.changed)
		r.changed = make(chan struct{})
		return message, nil
	})
	return err
}

// after returns the messages that follow the message with the number sequence, and a channel that is closed when there
// are more.
func (r *room) after(sequence int64) ([]*orderv1.ChatMessage, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	end := len(r.messages)
	return r.messages[min(sequence, int64(end)):end:end], r.changed
}

// last returns the number of the last message, 0 in an empty room.
func (r *room) last() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return int64(len(r.messages))
}
