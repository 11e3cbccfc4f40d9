import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServerReflection as V1 } from './gen/grpc/reflection/v1/reflection_pb.ts';
import { ServerReflection as V1Alpha } from './gen/grpc/reflection/v1alpha/reflection_pb.ts';
import { all, type ServerProcess, startServer, stream } from './server-process.fixture.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.end('SIGKILL'));

it.each([
  ['v1', V1],
  ['v1alpha', V1Alpha],
] as const)('%s lists the services, health and itself, on each port', async (_, service) => {
  for (const [address, ...names] of [
    [server.userAddress, 'user.v1.UserService', 'user.v2.UserService'],
    [server.orderAddress, 'order.v1.OrderService'],
  ] as const) {
    const reflection = createClient(service as typeof V1, createGrpcTransport({ baseUrl: `http://${address}` }));
    const question = { messageRequest: { case: 'listServices', value: '' } } as const;
    const [response] = await all(reflection.serverReflectionInfo(stream(question)));
    if (response?.messageResponse.case !== 'listServicesResponse') throw new Error('no list');
    const expected = [
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      ...names,
    ];
    expect(response.messageResponse.value.service.map(({ name }) => name).sort()).toEqual(expected.sort());
  }
});

it.each(['order.v1.OrderService', 'grpc.health.v1.Health', 'google.rpc.ErrorInfo'])(
  'describes %s with all that it imports',
  async (symbol) => {
    const reflection = createClient(V1, createGrpcTransport({ baseUrl: `http://${server.orderAddress}` }));
    const question = { messageRequest: { case: 'fileContainingSymbol', value: symbol } } as const;
    const [response] = await all(reflection.serverReflectionInfo(stream(question)));
    if (response?.messageResponse.case !== 'fileDescriptorResponse') throw new Error('no files');
    const files = response.messageResponse.value.fileDescriptorProto.map((file) =>
      fromBinary(FileDescriptorProtoSchema, file),
    );
    const byName = new Map(files.map((file) => [file.name, file]));
    const registry = createFileRegistry(files[0] as (typeof files)[0], (name) => byName.get(name));
    expect(registry.get(symbol)?.typeName).toBe(symbol);
  },
);
