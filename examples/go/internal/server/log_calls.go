package server

import (
	"context"
	"log/slog"
	"time"

	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// logCalls is the access log: one line for each call, when it has ended, without its messages.
func logCalls(log *slog.Logger) around {
	return func(ctx context.Context, method string, next func(context.Context) error) error {
		start := time.Now()
		err := next(ctx)
		log.Info("call",
			"method", method,
			"code", status.Code(err).String(),
			"duration", time.Since(start),
			"peer", peerAddress(ctx))
		return err
	}
}

func peerAddress(ctx context.Context) string {
	if p, ok := peer.FromContext(ctx); ok {
		return p.Addr.String()
	}
	return "unknown"
}
