package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/code"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails" // so that ProtoJSON knows the details
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// result is one line of output.
type result struct {
	Responses []json.RawMessage `json:"responses"`
	// Code is a name of google.rpc.Code.
	Code    string            `json:"code"`
	Message string            `json:"message,omitempty"`
	Details []json.RawMessage `json:"details,omitempty"`
}

// newResult creates the result for the responses of a call and its status.
func newResult(messages []proto.Message, err error) result {
	s := status.Convert(err)
	r := result{Responses: []json.RawMessage{}, Code: code.Code(s.Code()).String(), Message: s.Message()}
	for _, m := range messages {
		text, err := protojson.Marshal(m)
		if err != nil {
			return newResult(nil, fmt.Errorf("driver: %w", err))
		}
		r.Responses = append(r.Responses, text)
	}
	for _, detail := range s.Proto().GetDetails() {
		r.Details = append(r.Details, detailJSON(detail))
	}
	return r
}

// detailJSON returns a detail as JSON, or the bytes of a detail whose type is unknown.
func detailJSON(detail *anypb.Any) json.RawMessage {
	if text, err := protojson.Marshal(detail); err == nil {
		return text
	}
	value := base64.StdEncoding.EncodeToString(detail.GetValue())
	// Marshalling texts cannot fail.
	text, _ := json.Marshal(map[string]string{"@type": detail.GetTypeUrl(), "value": value})
	return text
}
