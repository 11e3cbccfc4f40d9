import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  type FileRegistry,
  ScalarType,
} from '@bufbuild/protobuf';
import { FieldOptions_JSType, MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';

/**
 * The names that a caller of an API can use, with their signatures, such as `(…) returns (…)` for
 * `rpc user.v1.UserService.GetUser`.
 */
type Surface = ReadonlyMap<string, string>;

/** The differences between a later API and an earlier one, one line of Markdown each. */
export interface ApiDifferences {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Compares two APIs without their comments and without types of `google.*`. */
export function compareApis(before: FileRegistry, after: FileRegistry): ApiDifferences {
  const [old, now] = [surfaceOf(before), surfaceOf(after)];
  return {
    added: linesOfMissing(now, old),
    removed: linesOfMissing(old, now),
    changed: [...now].flatMap(([name, signature]) => {
      const was = old.get(name);
      return was === undefined || was === signature ? [] : [`\`${name}\`: \`${was}\` is now \`${signature}\``];
    }),
  };
}

/** Lines for the names that the other API lacks. A missing type has one line, and its parts have none. */
function linesOfMissing(surface: Surface, other: Surface): string[] {
  const missing = [...surface].filter(([name]) => !other.has(name));
  const types = new Set(missing.map(([name]) => name.split(' ')[1]));
  const isPart = (name: string) => {
    const full = name.split(' ')[1] ?? '';
    return types.has(full.slice(0, full.lastIndexOf('.')));
  };
  return missing.filter(([name]) => !isPart(name)).map(([name, rest]) => `\`${`${name} ${rest}`.trim()}\``);
}

function surfaceOf(registry: FileRegistry): Surface {
  const entries = [...registry].flatMap((type) => {
    if (type.typeName.startsWith('google.')) return [];
    switch (type.kind) {
      case 'message':
        return entriesOfMessage(type);
      case 'enum':
        return entriesOfEnum(type);
      case 'service':
        return entriesOfService(type);
      default:
        return [];
    }
  });
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Entry = [name: string, signature: string];

function entriesOfMessage({ typeName, fields }: DescMessage): Entry[] {
  return [
    [`message ${typeName}`, ''],
    ...fields.map((field): Entry => [`field ${typeName}.${field.name}`, signatureOfField(field)]),
  ];
}

function signatureOfField(field: DescField): string {
  const { proto, number, oneof } = field;
  const isOptional = proto.proto3Optional ? 'optional ' : '';
  const jsType = proto.options?.jstype ? ` [jstype = ${FieldOptions_JSType[proto.options.jstype]}]` : '';
  return `${isOptional}${typeOf(field)} = ${number}${jsType}${oneof ? ` in oneof ${oneof.name}` : ''}`;
}

function typeOf(field: DescField): string {
  const element = field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar as ScalarType);
  if (field.fieldKind === 'map') return `map<${scalarName(field.mapKey)}, ${element}>`;
  return field.fieldKind === 'list' ? `repeated ${element}` : element;
}

function scalarName(type: ScalarType): string {
  return ScalarType[type]?.toLowerCase() ?? `${type}`;
}

function entriesOfEnum({ typeName, values }: DescEnum): Entry[] {
  return [
    [`enum ${typeName}`, ''],
    ...values.map(({ name, number }): Entry => [`value ${typeName}.${name}`, `= ${number}`]),
  ];
}

function entriesOfService({ typeName, methods }: DescService): Entry[] {
  return [
    [`service ${typeName}`, ''],
    ...methods.map((method): Entry => [`rpc ${typeName}.${method.name}`, signatureOfMethod(method)]),
  ];
}

function signatureOfMethod({ input, output, idempotency, methodKind }: DescMethod): string {
  const request = `${/^(client|bidi)_/.test(methodKind) ? 'stream ' : ''}${input.typeName}`;
  const response = `${/^(server|bidi)_/.test(methodKind) ? 'stream ' : ''}${output.typeName}`;
  const level = idempotency ? ` [${MethodOptions_IdempotencyLevel[idempotency]}]` : '';
  return `(${request}) returns (${response})${level}`;
}
