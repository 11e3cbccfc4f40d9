import type { DescEnum, DescField, DescMessage, DescMethod, DescService, FileRegistry } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { givesStream, type OwnType, ownTypes, takesStream } from './own-types.ts';

/** A program that names and types everything of an API, as one for that version would: it compiles while the API keeps that. */
export function typescriptConsumer(registry: FileRegistry): string {
  const names = new Names();
  const parts = ownTypes(registry).map((type) => partOf(type, names));
  return `import { create } from '@bufbuild/protobuf';
import * as wkt from '@bufbuild/protobuf/wkt';
import type { Client, ConnectRouter, ServiceImpl } from '@connectrpc/connect';
${names.imports()}

void wkt;

${parts.join('\n')}`;
}

function partOf(type: OwnType, names: Names): string {
  switch (type.kind) {
    case 'message':
      return messageParts(type, names);
    case 'enum':
      return enumParts(type, names);
    case 'service':
      return serviceParts(type, names);
  }
}

/** The packages as namespaces: two of them may have a type of one name. */
class Names {
  readonly #packages = new Set<string>();

  of(type: OwnType): string {
    const { package: name } = type.file.proto;
    if (name.startsWith('google.')) return `wkt.${type.name}`;
    this.#packages.add(name);
    return `${variableOf(name)}.${type.typeName.slice(name.length + 1).replaceAll('.', '_')}`;
  }

  imports(): string {
    return [...this.#packages]
      .sort()
      .map((name) => `import * as ${variableOf(name)} from '@example/protos/${name.replaceAll('.', '/')}';`)
      .join('\n');
  }
}

function variableOf(name: string): string {
  return name.replaceAll('.', '_');
}

function messageParts(message: DescMessage, names: Names): string {
  const name = names.of(message);
  const fields = message.fields.filter(({ oneof }) => !oneof);
  const reads = fields.map((field, i) => {
    const isAbsent = field.fieldKind === 'message' || field.proto.proto3Optional;
    return `  const v${i}: ${typeOf(field, names)}${isAbsent ? ' | undefined' : ''} = m.${field.localName};`;
  });
  const writes = fields.map((field, i) => `    ...(v${i} !== undefined && { ${field.localName}: v${i} }),`);
  return `export function use_${variableOf(message.typeName)}(m: ${name}): ${name} {
  const typeName: '${message.typeName}' = m.$typeName;
  void typeName;
${reads.join('\n')}
  return create(${name}Schema, {
${writes.join('\n')}
  });
}
`;
}

function typeOf(field: DescField, names: Names): string {
  if (field.fieldKind === 'map') return `{ [key: string]: ${elementOf(field, names)} }`;
  return field.fieldKind === 'list' ? `${elementOf(field, names)}[]` : elementOf(field, names);
}

function elementOf(field: DescField, names: Names): string {
  if (field.message) return names.of(field.message);
  if (field.enum) return names.of(field.enum);
  switch (field.scalar) {
    case ScalarType.STRING:
      return 'string';
    case ScalarType.BOOL:
      return 'boolean';
    case ScalarType.BYTES:
      return 'Uint8Array';
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 'longAsString' in field && field.longAsString ? 'string' : 'bigint';
    default:
      return 'number';
  }
}

function enumParts(type: DescEnum, names: Names): string {
  const name = names.of(type);
  const values = type.values.map((value) => `[${name}.${value.localName}, ${value.number}],`);
  return `export const ${variableOf(type.typeName)}: [${name}, number][] = [${values.join(' ')}];\n`;
}

function serviceParts(service: DescService, names: Names): string {
  const name = names.of(service);
  const typeName = variableOf(service.typeName);
  const handlers = service.methods.map((method) => `  ${handlerOf(method, names)},`).join('\n');
  return `export const call_${typeName} = (client: Client<typeof ${name}>) => ({
${service.methods.map((method) => `  ${method.localName}: ${callOf(method, names)},`).join('\n')}
});
export const serve_${typeName}: Partial<ServiceImpl<typeof ${name}>> = {
${handlers}
};
export const route_${typeName} = (router: ConnectRouter) => router.service(${name}, serve_${typeName});
export const routeInline_${typeName} = (router: ConnectRouter) => router.service(${name}, {
${handlers}
});
`;
}

function callOf(method: DescMethod, names: Names): string {
  const { localName, input, output } = method;
  const [request, answer] = [names.of(input), names.of(output)];
  const takes = takesStream(method) ? `AsyncIterable<${request}>` : request;
  const gives = givesStream(method) ? `AsyncIterable<${answer}>` : `Promise<${answer}>`;
  return `(request: ${takes}): ${gives} => client.${localName}(request)`;
}

function handlerOf(method: DescMethod, names: Names): string {
  const { localName, input, output } = method;
  const [request, answer] = [names.of(input), names.of(output)];
  const takes = takesStream(method) ? `AsyncIterable<${request}>` : request;
  return givesStream(method)
    ? `async *${localName}(_: ${takes}): AsyncGenerator<${answer}> { yield create(${answer}Schema); }`
    : `async ${localName}(_: ${takes}): Promise<${answer}> { return create(${answer}Schema); }`;
}
