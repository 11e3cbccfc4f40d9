package server

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestABugIsInternalWithAnIDThatIsInTheLog(t *testing.T) {
	for name, handler := range map[string]func(context.Context) error{
		"error": func(context.Context) error { return errors.New("the secret") },
		"panic": func(context.Context) error { panic("the secret") },
	} {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			err := mapErrors(slog.New(slog.NewTextHandler(&log, nil)))(t.Context(), "/s/M", handler)
			s := status.Convert(err)
			if s.Code() != codes.Internal || strings.Contains(s.Message(), "secret") {
				t.Fatalf("the status is %v", s)
			}
			id := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(s.Message())
			if id == "" || !strings.Contains(log.String(), id) || !strings.Contains(log.String(), "the secret") {
				t.Errorf("the status is %v, the log has %q", s, log.String())
			}
		})
	}
}

func TestAnEndedContextIsNotABug(t *testing.T) {
	for want, cause := range map[codes.Code]error{codes.Canceled: context.Canceled, codes.DeadlineExceeded: context.DeadlineExceeded} {
		err := mapErrors(
			slog.New(slog.DiscardHandler),
		)(
			t.Context(), "/s/M", func(context.Context) error { return cause },
		)
		if got := status.Code(err); got != want {
			t.Errorf("%v is %v", cause, got)
		}
	}
}
