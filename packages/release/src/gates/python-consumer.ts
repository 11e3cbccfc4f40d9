import type { DescEnum, DescField, DescMessage, DescMethod, DescService, FileRegistry } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { givesStream, type OwnType, ownTypes, takesStream } from './own-types.ts';

/** A module that names and types everything of an API, as one for that version would: mypy takes it while the API keeps that. */
export function pythonConsumer(registry: FileRegistry): string {
  const modules = new Modules();
  const parts = ownTypes(registry).map((type) => partOf(type, modules));
  return `from collections.abc import Iterator, Mapping, Sequence

import grpc

${modules.lines()}

${parts.join('\n')}`;
}

function partOf(type: OwnType, modules: Modules): string {
  switch (type.kind) {
    case 'message':
      return messageParts(type, modules);
    case 'enum':
      return enumParts(type, modules);
    case 'service':
      return serviceParts(type, modules);
  }
}

class Modules {
  readonly #lines = new Set<string>();

  of(type: DescMessage | DescEnum): string {
    return `${this.#import(type, '_pb2')}.${type.typeName.slice(type.file.proto.package.length + 1)}`;
  }

  /** The module that has the stubs and servicers. */
  grpcOf(service: DescService): string {
    return this.#import(service, '_pb2_grpc');
  }

  lines(): string {
    return [...this.#lines].sort().join('\n');
  }

  #import({ file, typeName }: OwnType, ending: string): string {
    const root = typeName.startsWith('google.') ? '' : 'example_protos.';
    const path = `${root}${file.name.replaceAll('/', '.')}${ending}`;
    const alias = path.replaceAll('.', '_');
    const dot = path.lastIndexOf('.');
    this.#lines.add(`from ${path.slice(0, dot)} import ${path.slice(dot + 1)} as ${alias}`);
    return alias;
  }
}

function messageParts(message: DescMessage, modules: Modules): string {
  const name = modules.of(message);
  const reads = message.fields.map((field, i) => `    v${i}: ${typeOf(field, modules)} = m.${field.name}`);
  const writes = message.fields.map((field, i) => `${field.name}=v${i}`);
  return `def use_${message.typeName.replaceAll('.', '_')}(m: ${name}) -> ${name}:
${reads.join('\n')}
    return ${name}(${writes.join(', ')})
`;
}

function typeOf(field: DescField, modules: Modules): string {
  if (field.fieldKind === 'map') return `Mapping[${scalarOf(field.mapKey)}, ${elementOf(field, modules)}]`;
  return field.fieldKind === 'list' ? `Sequence[${elementOf(field, modules)}]` : elementOf(field, modules);
}

function elementOf(field: DescField, modules: Modules): string {
  if (field.message) return modules.of(field.message);
  return field.enum ? modules.of(field.enum) : scalarOf(field.scalar as ScalarType);
}

function scalarOf(type: ScalarType): string {
  switch (type) {
    case ScalarType.BYTES:
      return 'bytes';
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 'float';
    case ScalarType.BOOL:
      return 'bool';
    case ScalarType.STRING:
      return 'str';
    default:
      return 'int';
  }
}

function enumParts(type: DescEnum, modules: Modules): string {
  const name = modules.of(type);
  const values = type.values.map((value) => `${name}.${value.name}`);
  return `use_${type.typeName.replaceAll('.', '_')}: list[${name}] = [${values.join(', ')}]\n`;
}

function serviceParts(service: DescService, modules: Modules): string {
  const module = modules.grpcOf(service);
  const name = service.typeName.replaceAll('.', '_');
  const calls = service.methods.map((method, i) => `    c${i}: ${callableOf(method, modules)} = stub.${method.name}`);
  return `def call_${name}(stub: ${module}.${service.name}Stub) -> None:
${calls.join('\n')}


class Serve_${name}(${module}.${service.name}Servicer):
${service.methods.map((method) => handlerOf(method, modules)).join('\n')}

def register_${name}(server: grpc.Server) -> None:
    ${module}.add_${service.name}Servicer_to_server(Serve_${name}(), server)
`;
}

function callableOf({ methodKind, input, output }: DescMethod, modules: Modules): string {
  const kinds = {
    unary: 'UnaryUnary',
    server_streaming: 'UnaryStream',
    client_streaming: 'StreamUnary',
    bidi_streaming: 'StreamStream',
  };
  return `grpc.${kinds[methodKind]}MultiCallable[${modules.of(input)}, ${modules.of(output)}]`;
}

function handlerOf(method: DescMethod, modules: Modules): string {
  const [request, answer] = [modules.of(method.input), modules.of(method.output)];
  const takes = takesStream(method) ? `request_iterator: Iterator[${request}]` : `request: ${request}`;
  const gives = givesStream(method) ? `Iterator[${answer}]` : answer;
  return `    def ${method.name}(self, ${takes}, context: grpc.ServicerContext) -> ${gives}:
        raise NotImplementedError
`;
}
