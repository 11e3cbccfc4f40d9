import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { Edition } from '@bufbuild/protobuf/wkt';
import { nestedMessages } from './nested-messages.ts';

const wrappers = new Set(
  ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map(
    (name) => `google.protobuf.${name}Value`,
  ),
);

/**
 * Whether the fast path supports a message type: the type and all types nested in it must be proto3. Not supported are
 * proto2 and editions (extensions, groups, closed enums, required fields, presence by prototype), and message fields
 * that protobuf-es represents as another type: google.protobuf.Struct, and wrappers such as
 * google.protobuf.StringValue.
 */
export function isSupported(schema: DescMessage): boolean {
  return nestedMessages(schema).every(
    ({ file, fields }) => file.edition === Edition.EDITION_PROTO3 && !fields.some(isUnwrapped),
  );
}

function isUnwrapped({ message, fieldKind, oneof, parent }: DescField): boolean {
  const name = message?.typeName ?? '';
  if (name === 'google.protobuf.Struct') return parent.typeName !== 'google.protobuf.Value';
  return wrappers.has(name) && fieldKind === 'message' && oneof === undefined;
}
