package main

import (
	"fmt"
	"io"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
)

// explain prints the status of a failed call: a code, a text for people, and details for programs.
func explain(out io.Writer, what string, err error) {
	s := status.Convert(err)
	fmt.Fprintf(out, "%s: %v: %s\n", what, s.Code(), s.Message())
	for _, detail := range s.Details() {
		switch d := detail.(type) {
		case *errdetails.ErrorInfo:
			fmt.Fprintf(out, "  %s of %s: %v\n", d.GetReason(), d.GetDomain(), d.GetMetadata())
		case *errdetails.BadRequest:
			for _, v := range d.GetFieldViolations() {
				fmt.Fprintf(out, "  %s %s\n", v.GetField(), v.GetDescription())
			}
		default:
			fmt.Fprintf(out, "  %v\n", d)
		}
	}
}
