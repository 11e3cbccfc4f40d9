import type { DescEnum, DescField, DescMessage, DescMethod, DescService, FileRegistry } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { type OwnType, ownTypes } from './own-types.ts';

/** A package that names and types everything of an API, as one for that version would: it compiles while the API keeps that. */
export function goConsumer(registry: FileRegistry): string {
  const imports = new Imports();
  const parts = ownTypes(registry).map((type) => partOf(type, imports));
  return `package consumer

import (
${imports.lines()}
)

${parts.join('\n')}`;
}

function partOf(type: OwnType, imports: Imports): string {
  switch (type.kind) {
    case 'message':
      return messageParts(type, imports);
    case 'enum':
      return enumParts(type, imports);
    case 'service':
      return serviceParts(type, imports);
  }
}

class Imports {
  readonly #paths = new Map<string, string>();

  of(type: OwnType): string {
    return `${this.#alias(type)}.${goName(type)}`;
  }

  /** A name of a package that has no descriptors. */
  package(path: string): void {
    this.#paths.set(path, path.slice(path.lastIndexOf('/') + 1));
  }

  lines(): string {
    return [...this.#paths].map(([path, alias]) => `\t${alias} "${path}"`).join('\n');
  }

  #alias(type: OwnType): string {
    const [path = '', name = path.slice(path.lastIndexOf('/') + 1)] = (type.file.proto.options?.goPackage ?? '').split(
      ';',
    );
    this.#paths.set(path, name);
    return name;
  }
}

/** Without its package: nested types are joined by an underscore. */
function goName(type: OwnType): string {
  return type.typeName.slice(type.file.proto.package.length + 1).replaceAll('.', '_');
}

/** As protoc-gen-go makes an exported name: `create_time` is `CreateTime`. */
function camelCase(name: string): string {
  return name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function messageParts(message: DescMessage, imports: Imports): string {
  const name = imports.of(message);
  const fields = message.fields.filter(({ oneof }) => !oneof);
  const reads = fields.map((field, i) => `\tvar v${i} ${typeOf(field, imports)} = m.Get${camelCase(field.name)}()`);
  const writes = fields.map((field, i) => {
    const isPointer = field.proto.proto3Optional && field.fieldKind !== 'message';
    return `${camelCase(field.name)}: ${isPointer ? '&' : ''}v${i}`;
  });
  return `func use_${message.typeName.replaceAll('.', '_')}(m *${name}) *${name} {
${reads.join('\n')}
\treturn &${name}{${writes.join(', ')}}
}
`;
}

function typeOf(field: DescField, imports: Imports): string {
  if (field.fieldKind === 'map') return `map[${scalarOf(field.mapKey)}]${elementOf(field, imports)}`;
  return field.fieldKind === 'list' ? `[]${elementOf(field, imports)}` : elementOf(field, imports);
}

function elementOf(field: DescField, imports: Imports): string {
  if (field.message) return `*${imports.of(field.message)}`;
  return field.enum ? imports.of(field.enum) : scalarOf(field.scalar as ScalarType);
}

function scalarOf(type: ScalarType): string {
  switch (type) {
    case ScalarType.BYTES:
      return '[]byte';
    case ScalarType.DOUBLE:
      return 'float64';
    case ScalarType.FLOAT:
      return 'float32';
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return 'int64';
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return 'uint64';
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return 'uint32';
    case ScalarType.BOOL:
      return 'bool';
    case ScalarType.STRING:
      return 'string';
    default:
      return 'int32';
  }
}

function enumParts(type: DescEnum, imports: Imports): string {
  const name = imports.of(type);
  const prefix = type.parent ? imports.of(type.parent) : name;
  const values = type.values.map((value) => `${prefix}_${value.name}`);
  return `var _ = []${name}{${values.join(', ')}}\n`;
}

function serviceParts(service: DescService, imports: Imports): string {
  imports.package('context');
  imports.package('google.golang.org/grpc');
  const name = imports.of(service);
  const server = `server_${service.typeName.replaceAll('.', '_')}`;
  const [alias, bare] = name.split('.') as [string, string];
  const parts = service.methods.map((method) => methodParts(method, { client: `${name}Client`, server }, imports));
  return `type ${server} struct{ ${alias}.Unimplemented${bare}Server }

var _ ${name}Server = ${server}{}

${parts.join('\n')}`;
}

function methodParts(
  { name, methodKind, input, output }: DescMethod,
  { client, server }: { client: string; server: string },
  imports: Imports,
): string {
  const [request, answer] = [imports.of(input), imports.of(output)];
  const method = `func (${server}) ${name}`;
  const call = (takes: string, gives: string, args: string) =>
    `func call_${server}_${name}(ctx context.Context, c ${client}${takes}) (${gives}, error) { return c.${name}(ctx${args}) }\n`;
  switch (methodKind) {
    case 'unary':
      return `${method}(context.Context, *${request}) (*${answer}, error) { return nil, nil }
${call(`, r *${request}`, `*${answer}`, ', r')}`;
    case 'server_streaming':
      return `${method}(*${request}, grpc.ServerStreamingServer[${answer}]) error { return nil }
${call(`, r *${request}`, `grpc.ServerStreamingClient[${answer}]`, ', r')}`;
    case 'client_streaming':
      return `${method}(grpc.ClientStreamingServer[${request}, ${answer}]) error { return nil }
${call('', `grpc.ClientStreamingClient[${request}, ${answer}]`, '')}`;
    case 'bidi_streaming':
      return `${method}(grpc.BidiStreamingServer[${request}, ${answer}]) error { return nil }
${call('', `grpc.BidiStreamingClient[${request}, ${answer}]`, '')}`;
  }
}
