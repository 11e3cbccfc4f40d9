package chat

import "example.com/protos/examples/go/internal/faults"

// reader sends the messages of a room to one person.
type reader struct {
	room   *room
	stream Stream
	// The number of the room's last message when the person joined.
	lastWhenJoined int64
	// The number of the last message sent to the person.
	sent int64
}

// sendAll sends messages until the incoming half of the stream has ended, and then the messages stored before its end.
func (r *reader) sendAll(ended <-chan error) error {
	for {
		changed, err := r.sendStored()
		if err != nil {
			return err
		}
		select {
		case <-changed:
		case reason := <-ended:
			if _, err := r.sendStored(); err != nil {
				return err
			}
			return reason
		case <-r.stream.Context().Done():
			return r.stream.Context().Err()
		}
	}
}

// sendStored sends the messages that the room has now, and returns a channel that is closed when there are more.
func (r *reader) sendStored() (changed <-chan struct{}, err error) {
	messages, changed := r.room.after(r.sent)
	for _, message := range messages {
		// Send blocks while the person does not read. This delays no other person, and the room can grow meanwhile.
		if err := r.stream.Send(message); err != nil {
			return nil, err
		}
		r.sent = message.GetSequence()
		if err := r.checkLag(); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// checkLag returns an error when the reader is too far behind, which ends the stream. The reader can join again after
// the last message sent. Messages from before the reader joined do not count.
func (r *reader) checkLag() error {
	if r.room.last()-max(r.sent, r.lastWhenJoined) <= maxLag {
		return nil
	}
	return &faults.ReaderTooSlow{MaxLag: maxLag, Sequence: r.sent}
}
