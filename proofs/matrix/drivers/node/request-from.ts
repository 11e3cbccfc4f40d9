import { create, type DescMessage, fromJson, type JsonObject, type Message } from '@bufbuild/protobuf';
import { FieldMaskSchema } from '@bufbuild/protobuf/wkt';

/** Reads a request in ProtoJSON, except for the field mask, which is an object with a list of paths. */
export function requestFrom(type: DescMessage, { updateMask, ...json }: JsonObject): Message {
  const message = fromJson(type, json);
  return updateMask === undefined
    ? message
    : Object.assign(message, { updateMask: create(FieldMaskSchema, updateMask as { paths: string[] }) });
}
