package main

import (
	"encoding/json"
	"slices"

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

// onlyFields has the fields that may be set in messages where other fields would be invalid.
var onlyFields = map[protoreflect.FullName][]protoreflect.Name{
	"google.protobuf.Any":   {},
	"google.protobuf.Value": {"string_value"},
}

// filled returns a message with all fields set. A message inside another message of its own type has only its required
// fields.
func filled(descriptor protoreflect.MessageDescriptor, within ...protoreflect.FullName) proto.Message {
	message := newMessage(descriptor)
	name := descriptor.FullName()
	isWithinItself := slices.Contains(within, name)
	within = append(slices.Clone(within), name)
	only, isRestricted := onlyFields[name]
	fields := descriptor.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if isWithinItself && field.Cardinality() != protoreflect.Required {
			continue
		}
		if !isRestricted || slices.Contains(only, field.Name()) {
			fill(message.ProtoReflect(), field, within)
		}
	}
	return message
}

func fill(message protoreflect.Message, field protoreflect.FieldDescriptor, within []protoreflect.FullName) {
	switch {
	case field.IsMap():
		key := valueOf(field.MapKey(), within).MapKey()
		message.Mutable(field).Map().Set(key, valueOf(field.MapValue(), within))
	case field.IsList():
		for range 2 {
			message.Mutable(field).List().Append(valueOf(field, within))
		}
	default:
		message.Set(field, valueOf(field, within))
	}
}

func valueOf(field protoreflect.FieldDescriptor, within []protoreflect.FullName) protoreflect.Value {
	number := field.Number()
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return protoreflect.ValueOfMessage(filled(field.Message(), within...).ProtoReflect())
	case protoreflect.EnumKind:
		values := field.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(min(1, values.Len()-1)).Number())
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(float64(number) + 0.5)
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(number) + 0.5)
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(int64(number))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(uint64(number))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(number))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(number))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(field.Name()))
	default:
		return protoreflect.ValueOfString(string(field.Name()))
	}
}

func jsonOf(messages []proto.Message) ([]json.RawMessage, error) {
	list := []json.RawMessage{}
	for _, message := range messages {
		text, err := protojson.Marshal(message)
		if err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, nil
}
