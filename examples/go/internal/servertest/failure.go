package servertest

import (
	"slices"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// WantCode fails the test unless a call ended with the code.
func WantCode(t testing.TB, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Fatalf("the call ended with %v (%v), want %v", got, err, want)
	}
}

// Detail returns the only detail of an error, which must be of type T.
func Detail[T any](t testing.TB, err error) T {
	t.Helper()
	details := status.Convert(err).Details()
	if len(details) == 1 {
		if detail, ok := details[0].(T); ok {
			return detail
		}
	}
	t.Fatalf("the error %v has the details %v", err, details)
	panic("unreachable")
}

// WantFields fails the test unless a call was refused for these fields.
func WantFields(t testing.TB, err error, want ...string) {
	t.Helper()
	WantCode(t, err, codes.InvalidArgument)
	var got []string
	for _, v := range Detail[*errdetails.BadRequest](t, err).GetFieldViolations() {
		got = append(got, v.GetField())
	}
	if !slices.Equal(got, want) {
		t.Fatalf("the fields at fault are %q, want %q", got, want)
	}
}

// WantErrorInfo fails the test unless a call ended with the code and this reason and metadata.
func WantErrorInfo(t testing.TB, err error, code codes.Code, domain, reason, key, value string) {
	t.Helper()
	WantCode(t, err, code)
	info := Detail[*errdetails.ErrorInfo](t, err)
	if info.GetDomain() != domain || info.GetReason() != reason || len(info.GetMetadata()) != 1 ||
		info.GetMetadata()[key] != value {
		t.Fatalf("the error has the detail %v", info)
	}
}
