import type { DescFile } from '@bufbuild/protobuf';
import { type JsonSchema, referredTypes, schemaOf } from './json-schema.ts';
import { messagesIn, requestTypes } from './types-in-files.ts';

/** The JSON Schema of each message by its name. Each is self-contained: the types to which it refers are in `$defs`. */
export function messageSchemas(files: readonly DescFile[]): Map<string, unknown> {
  const requests = requestTypes(files);
  const refer = (name: string) => `#/$defs/${name}`;
  return new Map(
    messagesIn(files).map((message) => {
      const definitions: Record<string, JsonSchema> = {};
      for (const type of referredTypes(message)) {
        definitions[type.typeName] = schemaOf(type, refer, requests.has(type.typeName));
      }
      return [
        message.typeName,
        {
          $schema: 'https://json-schema.org/draft/2020-12/schema',
          $id: `${message.typeName}.json`,
          $ref: refer(message.typeName),
          $defs: definitions,
        },
      ];
    }),
  );
}
