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
import { givesStream, type OwnType, ownTypes, takesStream } from './own-types.ts';

/** What a caller can name in an API, by that name, and how it looks: `rpc user.v1.UserService.GetUser` is `(…) returns (…)`. */
type Surface = ReadonlyMap<string, string>;

/** What is other in a later API, one line each, as Markdown. */
export interface SurfaceDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Comments, and what is imported from `google.*`, are not looked at. */
export function compareSurfaces(before: FileRegistry, after: FileRegistry): SurfaceDifference {
  const [old, now] = [surfaceOf(before), surfaceOf(after)];
  return {
    added: linesOf(now, old),
    removed: linesOf(old, now),
    changed: [...now].flatMap(([name, look]) => {
      const was = old.get(name);
      return was === undefined || was === look ? [] : [`\`${name}\`: \`${was}\` is now \`${look}\``];
    }),
  };
}

/** What only the first has: of a type that the other lacks, not each of its parts. */
function linesOf(surface: Surface, other: Surface): string[] {
  const missing = [...surface].filter(([name]) => !other.has(name));
  const types = new Set(missing.map(([name]) => name.split(' ')[1]));
  const isPart = (name: string) => {
    const full = name.split(' ')[1] ?? '';
    return types.has(full.slice(0, full.lastIndexOf('.')));
  };
  return missing.filter(([name]) => !isPart(name)).map(([name, look]) => `\`${`${name} ${look}`.trim()}\``);
}

function surfaceOf(registry: FileRegistry): Surface {
  const entries = ownTypes(registry).flatMap((type) => entriesOf(type));
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function entriesOf(type: OwnType): [string, string][] {
  switch (type.kind) {
    case 'message':
      return entriesOfMessage(type);
    case 'enum':
      return entriesOfEnum(type);
    case 'service':
      return entriesOfService(type);
  }
}

function entriesOfMessage(message: DescMessage): [string, string][] {
  const fields = message.fields.map((field): [string, string] => [
    `field ${message.typeName}.${field.name}`,
    lookOfField(field),
  ]);
  return [[`message ${message.typeName}`, ''], ...fields];
}

function lookOfField(field: DescField): string {
  const { proto, number, oneof } = field;
  const isOptional = proto.proto3Optional ? 'optional ' : '';
  const jsType = proto.options?.jstype ? ` [jstype = ${FieldOptions_JSType[proto.options.jstype]}]` : '';
  return `${isOptional}${typeOf(field)} = ${number}${jsType}${oneof ? ` in oneof ${oneof.name}` : ''}`;
}

function typeOf(field: DescField): string {
  if (field.fieldKind === 'map') return `map<${scalarName(field.mapKey)}, ${elementOf(field)}>`;
  return field.fieldKind === 'list' ? `repeated ${elementOf(field)}` : elementOf(field);
}

function elementOf(field: DescField): string {
  return field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar as ScalarType);
}

function scalarName(type: ScalarType): string {
  return ScalarType[type]?.toLowerCase() ?? `${type}`;
}

function entriesOfEnum({ typeName, values }: DescEnum): [string, string][] {
  return [
    [`enum ${typeName}`, ''],
    ...values.map(({ name, number }): [string, string] => [`value ${typeName}.${name}`, `= ${number}`]),
  ];
}

function entriesOfService({ typeName, methods }: DescService): [string, string][] {
  return [
    [`service ${typeName}`, ''],
    ...methods.map((method): [string, string] => [`rpc ${typeName}.${method.name}`, lookOfMethod(method)]),
  ];
}

function lookOfMethod(method: DescMethod): string {
  const { input, output, idempotency } = method;
  const request = `${takesStream(method) ? 'stream ' : ''}${input.typeName}`;
  const answer = `${givesStream(method) ? 'stream ' : ''}${output.typeName}`;
  const level = idempotency ? ` [${MethodOptions_IdempotencyLevel[idempotency]}]` : '';
  return `(${request}) returns (${answer})${level}`;
}
