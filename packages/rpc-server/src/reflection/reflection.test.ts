import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerReflectionRequestSchema, ServerReflection as V1 } from '../gen/grpc/reflection/v1/reflection_pb.ts';
import { ServerReflection as V1Alpha } from '../gen/grpc/reflection/v1alpha/reflection_pb.ts';
import { type RunningServer, serve } from '../serve.ts';
import { silentLogger, testConfig } from '../testing/index.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) => router.service(UserService, {}).service(NoteService, {}),
  });
});
afterAll(() => server.close(0));

type Question = NonNullable<MessageInitShape<typeof ServerReflectionRequestSchema>['messageRequest']>;

describe.each([
  ['v1', V1],
  ['v1alpha', V1Alpha],
] as const)('reflection %s', (_, service) => {
  /** Sends requests on one stream. @returns the responses */
  async function ask(...questions: Question[]) {
    const client = createClient(service as typeof V1, createGrpcTransport({ baseUrl: server.url }));
    const requests = questions.map((messageRequest) =>
      create(ServerReflectionRequestSchema, { host: 'h', messageRequest }),
    );
    const replies = [];
    const stream = client.serverReflectionInfo(
      (async function* () {
        yield* requests;
      })(),
    );
    for await (const { messageResponse, validHost, originalRequest } of stream) {
      expect(validHost).toBe('h');
      expect(originalRequest?.messageRequest.case).toBe(questions[replies.length]?.case);
      replies.push(messageResponse);
    }
    return replies;
  }

  /** The names of the files in the response to one request. */
  async function filesOf(question: Question): Promise<string[]> {
    const [reply] = await ask(question);
    return namesIn(reply);
  }

  type Reply = Awaited<ReturnType<typeof ask>>[number];

  function namesIn(reply: Reply | undefined): string[] {
    if (reply?.case !== 'fileDescriptorResponse') throw new Error(`no files but ${reply?.case}`);
    return reply.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
  }

  const userFile = ['user/v1/user.proto'];
  const noteFiles = ['notes/v1/notes.proto', 'google/protobuf/timestamp.proto'];

  it('lists every service, health and reflection included', async () => {
    const [reply] = await ask({ case: 'listServices', value: '' });
    const names = [
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'notes.v1.NoteService',
      'user.v1.UserService',
    ];
    expect(reply?.value).toMatchObject({ service: names.sort().map((name) => ({ name })) });
  });

  it.each([
    ['a service', 'user.v1.UserService', userFile],
    ['a method', 'user.v1.UserService.GetUser', userFile],
    ['a message', 'user.v1.User', userFile],
    ['a field', 'user.v1.User.email', userFile],
    ['an enum', 'notes.v1.NoteStatus', noteFiles],
    ['an enum value', 'notes.v1.NOTE_STATUS_DRAFT', noteFiles],
    ['a nested enum', 'grpc.health.v1.HealthCheckResponse.ServingStatus', ['health/v1/health.proto']],
    ['a nested enum value', 'grpc.health.v1.HealthCheckResponse.SERVING', ['health/v1/health.proto']],
    ['a oneof', 'grpc.reflection.v1.ServerReflectionRequest.message_request', ['grpc/reflection/v1/reflection.proto']],
    [
      'the detail of an error',
      'google.rpc.BadRequest',
      ['google/rpc/error_details.proto', 'google/protobuf/duration.proto'],
    ],
    ['something imported', 'google.protobuf.Timestamp', ['google/protobuf/timestamp.proto']],
  ])('finds the file of %s, and all that it imports', async (_, symbol, files) => {
    expect(await filesOf({ case: 'fileContainingSymbol', value: symbol })).toEqual(files);
  });

  it('finds a file by its name', async () => {
    expect(await filesOf({ case: 'fileByFilename', value: 'notes/v1/notes.proto' })).toEqual(noteFiles);
  });

  it('sends an import once in a stream, and a requested file each time', async () => {
    const question = { case: 'fileByFilename', value: 'notes/v1/notes.proto' } as const;
    const [first, second] = await ask(question, question);
    expect(namesIn(first)).toEqual(noteFiles);
    expect(namesIn(second)).toEqual(['notes/v1/notes.proto']);
  });

  it.each<[Question, Code]>([
    [{ case: 'fileContainingSymbol', value: 'user.v1.Nobody' }, Code.NotFound],
    [{ case: 'fileByFilename', value: 'user.proto' }, Code.NotFound],
    [
      { case: 'fileContainingExtension', value: { containingType: 'user.v1.User', extensionNumber: 100 } },
      Code.NotFound,
    ],
    [{ case: 'allExtensionNumbersOfType', value: 'user.v1.Nobody' }, Code.NotFound],
    [{ case: undefined }, Code.InvalidArgument],
  ])('responds to %j with an error, and the stream goes on', async (question, errorCode) => {
    const [reply, next] = await ask(question, { case: 'listServices', value: '' });
    expect(reply).toMatchObject({ case: 'errorResponse', value: { errorCode } });
    expect(next?.case).toBe('listServicesResponse');
  });

  it('lists no extensions for a message without any', async () => {
    const [reply] = await ask({ case: 'allExtensionNumbersOfType', value: 'user.v1.User' });
    expect(reply).toMatchObject({ case: 'allExtensionNumbersResponse', value: { extensionNumber: [] } });
  });
});
