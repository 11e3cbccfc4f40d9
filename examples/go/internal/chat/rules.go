package chat

import (
	"fmt"

	"example.com/protos/examples/go/internal/fields"
	orderv1 "example.com/protos/gen/go/order/v1"
)

const (
	maxIDLength     = 128
	maxSenderLength = 100
	maxTextLength   = 4000
	// maxLag is how many messages a reader may be behind.
	maxLag = 10_000
)

// checkFirst checks the first message of a stream, which may leave the text empty.
func checkFirst(first *orderv1.ChatMessage) error {
	var check fields.Check
	check.Text("order_id", first.GetOrderId(), 1, maxIDLength)
	check.Text("sender", first.GetSender(), 1, maxSenderLength)
	check.MultilineText("text", first.GetText(), 0, maxTextLength)
	check.That(first.GetSequence() >= 0, "sequence", "must not be negative")
	check.OptionalUUID("message_id", first.GetMessageId())
	return check.Err()
}

// checkSequence refuses a sequence beyond the last message of the room.
func checkSequence(sequence, last int64) error {
	var check fields.Check
	check.That(
		sequence <= last, "sequence",
		fmt.Sprintf("must be at most %d, the number of the room's last message", last),
	)
	return check.Err()
}

// checkLater checks a later message of a stream. First is the first message of that stream.
func checkLater(message, first *orderv1.ChatMessage) error {
	var check fields.Check
	check.That(
		isEmptyOr(message.GetOrderId(), first.GetOrderId()), "order_id",
		"must be empty or that of the first message",
	)
	check.That(
		isEmptyOr(message.GetSender(), first.GetSender()), "sender",
		"must be empty or that of the first message",
	)
	check.MultilineText("text", message.GetText(), 1, maxTextLength)
	check.OptionalUUID("message_id", message.GetMessageId())
	return check.Err()
}

func isEmptyOr(value, other string) bool { return value == "" || value == other }
