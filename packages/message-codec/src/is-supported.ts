import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { Edition } from '@bufbuild/protobuf/wkt';

const wrappers = new Set(
  ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map(
    (name) => `google.protobuf.${name}Value`,
  ),
);

/**
 * Whether plans read and write messages of a type: those of proto3, with all that they are made of. Not covered are proto2 and editions
 * (extensions, groups, closed enums, required fields, presence by prototype), and fields that protobuf-es has as something else than
 * a message: google.protobuf.Struct, and wrappers such as google.protobuf.StringValue.
 */
export function isCovered(schema: DescMessage): boolean {
  const seen = new Set<DescMessage>([schema]);
  for (const desc of seen) {
    if (desc.file.edition !== Edition.EDITION_PROTO3) return false;
    for (const field of desc.fields) {
      if (field.message === undefined) continue;
      if (isUnwrapped(field)) return false;
      seen.add(field.message);
    }
  }
  return true;
}

function isUnwrapped({ message, fieldKind, oneof, parent }: DescField): boolean {
  const name = message?.typeName ?? '';
  if (name === 'google.protobuf.Struct') return parent.typeName !== 'google.protobuf.Value';
  return wrappers.has(name) && fieldKind === 'message' && oneof === undefined;
}
