package chat_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/protos/examples/go/internal/servertest"
	orderv1 "example.com/protos/gen/go/order/v1"
)

const id = "01936a2f-7c3e-7b1a-9f00-aabbccddeeff"

// person is the stream of one person.
type person struct {
	testing.TB
	stream grpc.BidiStreamingClient[orderv1.ChatMessage, orderv1.ChatMessage]
}

func enter(
	ctx context.Context, t testing.TB, orders orderv1.OrderServiceClient, messages ...*orderv1.ChatMessage,
) person {
	t.Helper()
	stream, err := orders.OrderChat(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p := person{t, stream}
	for _, message := range messages {
		p.say(message)
	}
	return p
}

func (p person) say(message *orderv1.ChatMessage) {
	p.Helper()
	if err := p.stream.Send(message); err != nil && !errors.Is(err, io.EOF) {
		p.Error(err)
	}
}

// hear receives the next message, in the form "1 hello".
func (p person) hear() (string, error) {
	message, err := p.stream.Recv()
	if err != nil {
		return "", err
	}
	return fmt.Sprint(message.GetSequence(), " ", message.GetText()), nil
}

// leave half-closes the stream, and returns the remaining messages.
func (p person) leave() ([]string, error) {
	p.Helper()
	if err := p.stream.CloseSend(); err != nil {
		p.Error(err)
	}
	var heard []string
	for {
		text, err := p.hear()
		if errors.Is(err, io.EOF) {
			return heard, nil
		}
		if err != nil {
			return heard, err
		}
		heard = append(heard, text)
	}
}

// wantHeard fails the test unless the person, who leaves, receives these messages.
func (p person) wantHeard(want ...string) {
	p.Helper()
	if got, err := p.leave(); err != nil || !slices.Equal(got, want) {
		p.Errorf("heard %q, %v, want %q", got, err, want)
	}
}

func room(t testing.TB, dial ...grpc.DialOption) (orderv1.OrderServiceClient, string) {
	t.Helper()
	orders := servertest.Start(t, nil, dial...).Orders
	order, err := orders.CreateOrder(t.Context(), &orderv1.CreateOrderRequest{CustomerId: "c"})
	if err != nil {
		t.Fatal(err)
	}
	return orders, order.GetId()
}

func TestReplay(t *testing.T) {
	orders, orderID := room(t)
	join := func(sequence int64, text string) person {
		first := &orderv1.ChatMessage{OrderId: orderID, Sender: "Aoife", Sequence: sequence, Text: text}
		return enter(t.Context(), t, orders, first)
	}
	aoife := join(0, "one")
	aoife.say(&orderv1.ChatMessage{Text: "two", OrderId: orderID, Sender: "Aoife", Sequence: 99})
	aoife.say(&orderv1.ChatMessage{Text: "three"})
	aoife.wantHeard("1 one", "2 two", "3 three")
	join(0, "").wantHeard("1 one", "2 two", "3 three")
	join(2, "four").wantHeard("3 three", "4 four")
	join(4, "").wantHeard()
}

func TestEveryoneReceivesTheSameMessages(t *testing.T) {
	orders, orderID := room(t)
	const people, messages = 8, 50
	heard := make([][]string, people)
	var streams sync.WaitGroup
	for i := range people {
		streams.Go(func() {
			p := enter(t.Context(), t, orders, &orderv1.ChatMessage{OrderId: orderID, Sender: fmt.Sprint(i)})
			for n := range messages {
				p.say(&orderv1.ChatMessage{Text: fmt.Sprint(i, ":", n)})
			}
			for range people * messages {
				text, err := p.hear()
				if err != nil {
					t.Error(err)
					return
				}
				heard[i] = append(heard[i], text)
			}
			p.wantHeard()
		})
	}
	streams.Wait()
	for i, texts := range heard {
		if !slices.Equal(texts, heard[0]) {
			t.Errorf("%d heard something else than 0", i)
		}
	}
	for i, text := range heard[0] {
		if !strings.HasPrefix(text, fmt.Sprint(i+1, " ")) {
			t.Errorf("message %d is %q", i+1, text)
		}
	}
}

func TestASlowReaderBlocksNobody(t *testing.T) {
	orders, orderID := room(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	enter(ctx, t, orders, &orderv1.ChatMessage{OrderId: orderID, Sender: "asleep"})
	talker := enter(t.Context(), t, orders, &orderv1.ChatMessage{OrderId: orderID, Sender: "talker"})
	text := strings.Repeat("x", 4000)
	for range 100 { // far more than the flow-control window takes
		talker.say(&orderv1.ChatMessage{Text: text})
		if _, err := talker.hear(); err != nil {
			t.Fatal(err)
		}
	}
	talker.wantHeard()
}

func TestAReaderTooFarBehindIsCutOffAndCanJoinAgain(t *testing.T) {
	// By default grpc-go enlarges the window of a client that does not read.
	orders, orderID := room(t, grpc.WithInitialWindowSize(1<<16))
	const count = 12_000
	join := func(sender string, sequence int64) person {
		return enter(t.Context(), t, orders, &orderv1.ChatMessage{OrderId: orderID, Sender: sender, Sequence: sequence})
	}
	talker := join("talker", 0)
	text := strings.Repeat("x", 1000)
	sayAndHear := func() {
		talker.say(&orderv1.ChatMessage{Text: text})
		if _, err := talker.hear(); err != nil {
			t.Fatal(err)
		}
	}
	slow := join("slow", 0)
	sayAndHear()
	if _, err := slow.hear(); err != nil { // now the messages are in the room, before the others continue
		t.Fatal(err)
	}
	for range count - 1 {
		sayAndHear()
	}
	talker.wantHeard()

	heard, err := slow.leave()
	servertest.WantCode(t, err, codes.ResourceExhausted)
	last := int64(1 + len(heard))
	if want := fmt.Sprintf("sequence %d", last); last >= count-10_000 ||
		!strings.HasSuffix(status.Convert(err).Message(), want) {
		t.Errorf("cut off after %d messages: %v", last, err)
	}
	// Messages from before the reader joined again do not count as lag, however many there are.
	rest, err := join("slow", last).leave()
	if err != nil || int64(len(rest)) != count-last || !strings.HasPrefix(rest[0], fmt.Sprint(last+1, " ")) {
		t.Errorf("after %d messages %d more, %v", last, len(rest), err)
	}
}

func TestMessagesBeforeAnErrorAreKept(t *testing.T) {
	orders, orderID := room(t)
	ctx, breakOff := context.WithCancel(t.Context())
	aoife := enter(ctx, t, orders, &orderv1.ChatMessage{OrderId: orderID, Sender: "Aoife", Text: "one"})
	if text, err := aoife.hear(); err != nil || text != "1 one" {
		t.Fatalf("heard %q, %v", text, err)
	}
	breakOff()
	_, err := aoife.hear()
	servertest.WantCode(t, err, codes.Canceled)

	cillian := enter(t.Context(), t, orders, &orderv1.ChatMessage{OrderId: orderID, Sender: "Cillian", Text: "two"})
	cillian.say(&orderv1.ChatMessage{Text: "a\x00b"})
	heard, err := cillian.leave()
	servertest.WantFields(t, err, "text")
	if want := []string{"1 one", "2 two"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q before the error", heard)
	}
}

func TestMessageID(t *testing.T) {
	orders, orderID := room(t)
	join := func(sequence int64, texts ...string) person {
		p := enter(t.Context(), t, orders, &orderv1.ChatMessage{OrderId: orderID, Sender: "s", Sequence: sequence})
		for _, text := range texts {
			p.say(&orderv1.ChatMessage{Text: text, MessageId: id})
		}
		return p
	}
	join(0, "hello", "hello").wantHeard("1 hello")
	join(0, "hello").wantHeard("1 hello")
	join(1, "hello").wantHeard()
	_, err := join(0, "bye").leave()
	servertest.WantErrorInfo(t, err, codes.AlreadyExists, "order.example.com", "REQUEST_ID_REUSED", "request_id", id)
}

func TestBadMessages(t *testing.T) {
	orders, orderID := room(t)
	first := &orderv1.ChatMessage{OrderId: orderID, Sender: "a"}
	for _, test := range []struct {
		messages []*orderv1.ChatMessage
		fields   []string
	}{
		{nil, []string{"order_id"}},
		{[]*orderv1.ChatMessage{{Text: "hi"}}, []string{"order_id", "sender"}},
		{[]*orderv1.ChatMessage{{OrderId: orderID, Sender: strings.Repeat("é", 101)}}, []string{"sender"}},
		{[]*orderv1.ChatMessage{{OrderId: orderID, Sender: "a", Text: strings.Repeat("😀", 4001)}}, []string{"text"}},
		{[]*orderv1.ChatMessage{{OrderId: orderID, Sender: "a", Text: "a\rb"}}, []string{"text"}},
		{[]*orderv1.ChatMessage{{OrderId: orderID, Sender: "a", Sequence: -1}}, []string{"sequence"}},
		{[]*orderv1.ChatMessage{{OrderId: orderID, Sender: "a", Sequence: 1, Text: "hi"}}, []string{"sequence"}},
		{[]*orderv1.ChatMessage{first, {}}, []string{"text"}},
		{[]*orderv1.ChatMessage{first, {OrderId: "x", Sender: "b", MessageId: "x"}}, []string{"order_id", "sender", "text", "message_id"}},
	} {
		_, err := enter(t.Context(), t, orders, test.messages...).leave()
		servertest.WantFields(t, err, test.fields...)
	}
	enter(t.Context(), t, orders, first).wantHeard()
	_, err := enter(t.Context(), t, orders, &orderv1.ChatMessage{OrderId: "ord-1", Sender: "a"}).leave()
	servertest.WantErrorInfo(t, err, codes.NotFound, "order.example.com", "ORDER_NOT_FOUND", "order_id", "ord-1")
}
