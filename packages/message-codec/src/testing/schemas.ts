import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, type DescFile, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import * as wellKnown from '@bufbuild/protobuf/wkt';
import { file_notes_v1_notes } from '@example/kit/notes';
import { file_google_rpc_error_details } from '@example/protos/google/rpc/error_details';
import { file_user_v1_user } from '@example/protos/user/v1';
import { file_user_v2_user } from '@example/protos/user/v2';

const generated: readonly DescFile[] = [
  file_user_v1_user,
  file_user_v2_user,
  file_notes_v1_notes,
  file_google_rpc_error_details,
  wellKnown.file_google_protobuf_any,
  wellKnown.file_google_protobuf_api,
  wellKnown.file_google_protobuf_duration,
  wellKnown.file_google_protobuf_empty,
  wellKnown.file_google_protobuf_field_mask,
  wellKnown.file_google_protobuf_struct,
  wellKnown.file_google_protobuf_timestamp,
  wellKnown.file_google_protobuf_type,
  wellKnown.file_google_protobuf_wrappers,
];

/** Compiles the files in `protos`, which have every kind of field. No other code needs them. */
function compiled(): DescFile[] {
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  const buf = join(root, 'node_modules/.bin/buf');
  const args = ['build', fileURLToPath(new URL('protos', import.meta.url)), '-o', '-'];
  const registry = createFileRegistry(fromBinary(wellKnown.FileDescriptorSetSchema, execFileSync(buf, args)));
  return [...registry.files].filter(({ name }) => !name.startsWith('google/'));
}

/** Message types of the API, of protobuf itself and of `protos`. */
export const schemas: readonly DescMessage[] = [...generated, ...compiled()].flatMap((file) =>
  [...nestedTypes(file)].filter((type) => type.kind === 'message'),
);

/** @param typeName the name of one of `schemas` */
export function schemaOf(typeName: string): DescMessage {
  const found = schemas.find((schema) => schema.typeName === typeName);
  if (found === undefined) throw new Error(`no message type ${typeName}`);
  return found;
}
