package main

import (
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

func methodOf(service, name string) protoreflect.MethodDescriptor {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service))
	if err != nil {
		panic(err)
	}
	return found.(protoreflect.ServiceDescriptor).Methods().ByName(protoreflect.Name(name))
}

func newMessage(descriptor protoreflect.MessageDescriptor) proto.Message {
	found, err := protoregistry.GlobalTypes.FindMessageByName(descriptor.FullName())
	if err != nil {
		panic(err)
	}
	return found.New().Interface()
}

func filled(descriptor protoreflect.MessageDescriptor) proto.Message {
	message := newMessage(descriptor)
	fields := descriptor.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if !field.IsList() {
			message.ProtoReflect().Set(field, valueOf(field))
			continue
		}
		for range 2 {
			message.ProtoReflect().Mutable(field).List().Append(valueOf(field))
		}
	}
	return message
}

func valueOf(field protoreflect.FieldDescriptor) protoreflect.Value {
	number := field.Number()
	switch field.Kind() {
	case protoreflect.MessageKind:
		return protoreflect.ValueOfMessage(filled(field.Message()).ProtoReflect())
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(field.Enum().Values().Get(1).Number())
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(float64(number) + 0.5)
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(int64(number))
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(number))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(string(field.Name()))
	default:
		panic(fmt.Sprintf("%s has a type without a sample value", field.FullName()))
	}
}

func jsonOf(messages []proto.Message) ([]json.RawMessage, error) {
	list := []json.RawMessage{}
	for _, message := range messages {
		text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
		if err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, nil
}
