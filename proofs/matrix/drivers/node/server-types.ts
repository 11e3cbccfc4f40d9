import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { create, createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { type ClientDuplexStream, loadPackageDefinition, Metadata, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { channelCredentials } from './grpc-js-call.js';

/** The types of a server. */
export interface ServerTypes {
  /** The full names of the server's services. */
  readonly services: readonly string[];
  readonly registry: FileRegistry;
}

/** The deadline of all reflection requests to a server, in milliseconds. */
const learnMs = 10_000;

const reflection = dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json'));
const definition = loadSync('grpc/reflection/v1/reflection.proto', {
  includeDirs: [`${reflection}/build/proto`],
});
const loaded = loadPackageDefinition(definition) as unknown as {
  grpc: { reflection: { v1: { ServerReflection: ServiceClientConstructor } } };
};
const { ServerReflection } = loaded.grpc.reflection.v1;

/**
 * Requests the services of a server, and the descriptors of all their types, by grpc.reflection.v1.
 *
 * @param address HOST:PORT
 * @param token for servers that require a token for reflection
 */
export async function learn(address: string, token: string | undefined): Promise<ServerTypes> {
  const metadata = new Metadata();
  if (token) metadata.set('authorization', `Bearer ${token}`);
  const client = new ServerReflection(address, channelCredentials);
  const stream = client['ServerReflectionInfo']?.(metadata, { deadline: Date.now() + learnMs });
  try {
    return await askAll(new Conversation(stream));
  } finally {
    client.close();
  }
}

async function askAll(server: Conversation): Promise<ServerTypes> {
  const { listServicesResponse } = await server.ask({ listServices: '' });
  const services = (listServicesResponse?.service ?? []).map(({ name }) => name);
  const files = new Map<string, FileDescriptorProto>();
  const take = ({ fileDescriptorResponse }: ReflectionResponse) => {
    for (const bytes of fileDescriptorResponse?.fileDescriptorProto ?? []) {
      const file = fromBinary(FileDescriptorProtoSchema, bytes);
      for (const message of file.messageType) addJsonNames(message);
      files.set(file.name, file);
    }
  };
  for (const name of services) take(await server.ask({ fileContainingSymbol: name }));
  // A server may send the imported files with a file, or on request. The loop also visits the files that it adds.
  for (const { dependency } of files.values()) {
    for (const name of dependency) if (!files.has(name)) take(await server.ask({ fileByFilename: name }));
  }
  server.end();
  return { services, registry: createFileRegistry(create(FileDescriptorSetSchema, { file: importsFirst(files) })) };
}

/**
 * Adds the JSON names of fields. The descriptors in protoc's C++ and Python code omit them, because they follow from
 * the names of the fields.
 */
function addJsonNames({ field, nestedType }: DescriptorProto): void {
  for (const each of field) {
    if (each.jsonName === '') each.jsonName = protoCamelCase(each.name);
  }
  for (const message of nestedType) addJsonNames(message);
}

function importsFirst(files: ReadonlyMap<string, FileDescriptorProto>): FileDescriptorProto[] {
  const ordered = new Set<FileDescriptorProto>();
  const add = (name: string) => {
    const file = files.get(name);
    if (file === undefined || ordered.has(file)) return;
    for (const dependency of file.dependency) add(dependency);
    ordered.add(file);
  };
  for (const name of files.keys()) add(name);
  return [...ordered];
}

interface ReflectionResponse {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Uint8Array[] };
  readonly errorResponse?: { readonly errorMessage: string };
}

/** Sends requests on a stream, each after the response to the previous one. */
class Conversation {
  readonly #stream: ClientDuplexStream<object, ReflectionResponse>;
  readonly #responses: AsyncIterator<ReflectionResponse>;

  constructor(stream: ClientDuplexStream<object, ReflectionResponse>) {
    this.#stream = stream;
    this.#responses = stream[Symbol.asyncIterator]();
  }

  /** @throws when the server responds with an error, or ends the stream */
  async ask(request: object): Promise<ReflectionResponse> {
    this.#stream.write(request);
    const { done, value } = await this.#responses.next();
    if (done) throw new Error('the server has ended the reflection stream');
    if (value.errorResponse) throw new Error(value.errorResponse.errorMessage);
    return value;
  }

  end(): void {
    this.#stream.end();
  }
}
