package main

import (
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// parseUpdate reads a request whose field mask is an object with a list of paths. Protojson accepts only a mask whose
// paths are joined to one text, and refuses paths such as "*". A Go program would set the list, too.
func parseUpdate(text json.RawMessage, update proto.Message, field protoreflect.FieldDescriptor) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return fmt.Errorf("driver: %w", err)
	}
	var mask *struct{ Paths []string }
	if given, ok := fields["updateMask"]; ok {
		if err := json.Unmarshal(given, &mask); err != nil {
			return fmt.Errorf("driver: %w", err)
		}
		delete(fields, "updateMask")
	}
	rest, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("driver: %w", err)
	}
	if err := parseMessage(rest, update); err != nil {
		return err
	}
	if mask != nil {
		paths := &fieldmaskpb.FieldMask{Paths: mask.Paths}
		update.ProtoReflect().Set(field, protoreflect.ValueOfMessage(paths.ProtoReflect()))
	}
	return nil
}
