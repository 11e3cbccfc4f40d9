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

// answer is one line of output.
type answer struct {
	Answers []json.RawMessage `json:"answers"`
	// Code is a name of google.rpc.Code.
	Code    string            `json:"code"`
	Message string            `json:"message,omitempty"`
	Details []json.RawMessage `json:"details,omitempty"`
}

// newAnswer says what the call answered and how it ended.
func newAnswer(messages []proto.Message, err error) answer {
	s := status.Convert(err)
	a := answer{Answers: []json.RawMessage{}, Code: code.Code(s.Code()).String(), Message: s.Message()}
	for _, m := range messages {
		text, err := protojson.Marshal(m)
		if err != nil {
			return newAnswer(nil, fmt.Errorf("driver: %w", err))
		}
		a.Answers = append(a.Answers, text)
	}
	for _, detail := range s.Proto().GetDetails() {
		a.Details = append(a.Details, detailJSON(detail))
	}
	return a
}

// detailJSON falls back to the bytes of a detail of an unknown type.
func detailJSON(detail *anypb.Any) json.RawMessage {
	if text, err := protojson.Marshal(detail); err == nil {
		return text
	}
	value := base64.StdEncoding.EncodeToString(detail.GetValue())
	text, _ := json.Marshal(map[string]string{"@type": detail.GetTypeUrl(), "value": value}) // texts always can be marshalled
	return text
}
