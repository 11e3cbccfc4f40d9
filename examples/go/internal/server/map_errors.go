package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"

	"example.com/protos/examples/go/internal/faults"
)

// mapErrors turns the errors of handlers into a status with details. Any other error or panic is a bug: the caller gets
// only an id, and the log has the error under that id.
func mapErrors(log *slog.Logger) around {
	return func(ctx context.Context, method string, next func(context.Context) error) (err error) {
		defer func() {
			if reason := recover(); reason != nil {
				err = bug(log, method, fmt.Errorf("panic: %v\n%s", reason, debug.Stack()))
			}
		}()
		if err = next(ctx); err == nil {
			return nil
		}
		if mapped := toStatus(err); mapped != nil {
			return mapped.Err()
		}
		return bug(log, method, err)
	}
}

// toStatus returns nil for an unknown error.
func toStatus(err error) *status.Status {
	switch e := err.(type) {
	case *faults.InvalidFields:
		return withDetail(codes.InvalidArgument, e, badRequest(e))
	case *faults.NotFound:
		return withDetail(codes.NotFound, e, &errdetails.ErrorInfo{Reason: e.Reason, Domain: e.Domain, Metadata: e.Metadata})
	case *faults.RequestIDReused:
		return withDetail(codes.AlreadyExists, e, &errdetails.ErrorInfo{
			Reason:   "REQUEST_ID_REUSED",
			Domain:   e.Domain,
			Metadata: map[string]string{"request_id": e.RequestID},
		})
	case *faults.Precondition:
		violation := &errdetails.PreconditionFailure_Violation{Type: e.Type, Subject: e.Subject, Description: e.Text}
		return withDetail(codes.FailedPrecondition, e, &errdetails.PreconditionFailure{
			Violations: []*errdetails.PreconditionFailure_Violation{violation},
		})
	case *faults.ReaderTooSlow:
		return status.New(codes.ResourceExhausted, e.Error())
	case *faults.PermissionDenied:
		return status.New(codes.PermissionDenied, e.Text)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return status.FromContextError(err)
	}
	if s, ok := status.FromError(err); ok {
		return s
	}
	return nil
}

func withDetail(code codes.Code, err error, detail protoadapt.MessageV1) *status.Status {
	plain := status.New(code, err.Error())
	if detailed, err := plain.WithDetails(detail); err == nil {
		return detailed
	}
	return plain
}

func badRequest(e *faults.InvalidFields) *errdetails.BadRequest {
	detail := &errdetails.BadRequest{}
	for _, v := range e.Violations {
		detail.FieldViolations = append(detail.FieldViolations,
			&errdetails.BadRequest_FieldViolation{Field: v.Field, Description: v.Description})
	}
	return detail
}

func bug(log *slog.Logger, method string, err error) error {
	id := uuid.NewString()
	log.Error("a call failed unexpectedly", "id", id, "method", method, "error", err)
	return status.Errorf(codes.Internal, "internal error (id %s)", id)
}
