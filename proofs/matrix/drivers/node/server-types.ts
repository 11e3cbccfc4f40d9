import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { create, createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { type ClientDuplexStream, loadPackageDefinition, Metadata, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { channelCredentials } from './grpc-js-call.js';

/** What a server says about itself. */
export interface ServerTypes {
  /** The full names of its services. */
  readonly services: readonly string[];
  readonly registry: FileRegistry;
}

/** How long the questions to one server may take, in milliseconds. */
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
 * Asks a server by grpc.reflection.v1 what services it has, and for the descriptors of all their types.
 *
 * @param address HOST:PORT
 * @param token without which some servers tell nothing
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
  const take = ({ fileDescriptorResponse }: Answer) => {
    for (const bytes of fileDescriptorResponse?.fileDescriptorProto ?? []) {
      const file = fromBinary(FileDescriptorProtoSchema, bytes);
      files.set(file.name, file);
    }
  };
  for (const name of services) take(await server.ask({ fileContainingSymbol: name }));
  // A server may send what a file imports along with it, or wait to be asked. What is added here is gone through too.
  for (const { dependency } of files.values()) {
    for (const name of dependency) if (!files.has(name)) take(await server.ask({ fileByFilename: name }));
  }
  server.end();
  return { services, registry: createFileRegistry(create(FileDescriptorSetSchema, { file: importsFirst(files) })) };
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

interface Answer {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Uint8Array[] };
  readonly errorResponse?: { readonly errorMessage: string };
}

/** One question after the other on a stream: the answers come in their order. */
class Conversation {
  readonly #stream: ClientDuplexStream<object, Answer>;
  readonly #answers: AsyncIterator<Answer>;

  constructor(stream: ClientDuplexStream<object, Answer>) {
    this.#stream = stream;
    this.#answers = stream[Symbol.asyncIterator]();
  }

  /** @throws when the server answers with an error, or not at all */
  async ask(question: object): Promise<Answer> {
    this.#stream.write(question);
    const { done, value } = await this.#answers.next();
    if (done) throw new Error('the server has ended the reflection');
    if (value.errorResponse) throw new Error(value.errorResponse.errorMessage);
    return value;
  }

  end(): void {
    this.#stream.end();
  }
}
