// The differences between libraries in the tables of docs/guides/javascript.md and docs/guides/typescript.md. Each row
// has a test with its name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { FieldMaskSchema, TimestampSchema, timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { root } from '@example/kit/root';
import { RetryInfo } from '@example/kit/ts-proto/google/rpc/error_details';
import { Status } from '@example/kit/ts-proto/google/rpc/status';
import * as tsProto from '@example/kit/ts-proto/order/v1';
import { UpdateUserRequest } from '@example/kit/ts-proto/user/v2';
import { ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import { ChatMessageSchema, OrderSchema, OrderService } from '@example/protos/order/v1';
import { UpdateUserRequestSchema } from '@example/protos/user/v2';
import { serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { credentials, makeClientConstructor, type ServiceDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition, type Options } from '@grpc/proto-loader';
import { expect, it } from 'vitest';

const beyondNumbers = '9007199254740993';

const includeDirs = [join(root, 'proto')];
const shape: Options = {
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
  includeDirs,
};

function loaded(name: string, options: Options = shape) {
  const definition = loadSync('order/v1/order.proto', { ...options, includeDirs });
  return definition[`order.v1.${name}`] as MessageTypeDefinition<object, Record<string, unknown>>;
}

const chatMessage = loaded('ChatMessage');
const sent = (message: object) => chatMessage.deserialize(chatMessage.serialize(message));

/** ChatMessage.order_id with two bytes that are not UTF-8. */
const noUtf8 = Buffer.from([10, 2, 0xff, 0xfe]);
/** ChatMessage.order_id, whose length is five bytes, but which ends after one byte. */
const cutOff = Buffer.from([10, 5, 65]);
/** A field 10, which ChatMessage does not have. */
const unknownField = Buffer.from([0x52, 1, 65]);
/** UpdateOrderStatusRequest.status with an unknown value. */
const unknownStatus = Buffer.from([0x10, 99]);

it('int64', () => {
  const bytes = chatMessage.serialize({ sequence: beyondNumbers });
  expect(chatMessage.deserialize(bytes)['sequence']).toBe(beyondNumbers);
  expect(loaded('ChatMessage', { longs: Number }).deserialize(bytes)['sequence']).toBe(2 ** 53);
  expect(sent({ sequence: BigInt(beyondNumbers) })['sequence']).toBe(beyondNumbers);
  expect(sent({ sequence: Number(beyondNumbers) })['sequence']).toBe('9007199254740992');
  expect(sent({ sequence: '12x' })['sequence']).toBe('12');

  const message = fromBinary(ChatMessageSchema, bytes);
  expect(message.sequence).toBe(BigInt(beyondNumbers));
  expect(() => JSON.stringify(message)).toThrow('BigInt');
  expect(toJson(ChatMessageSchema, message)).toMatchObject({ sequence: beyondNumbers });
  expect(tsProto.ChatMessage.decode(bytes).sequence).toBe(BigInt(beyondNumbers));
});

it('defaults', () => {
  expect(sent({})).toMatchObject({ text: '', sequence: '0' });
  expect(loaded('ChatMessage', {}).deserialize(Buffer.of())).toEqual({});
  expect(create(ChatMessageSchema)).toMatchObject({ text: '', sequence: 0n });
  expect(tsProto.ChatMessage.create()).toMatchObject({ text: '', sequence: 0n });
});

it('presence', () => {
  expect(sent({})['createTime']).toBeNull();
  expect(loaded('ChatMessage', {}).deserialize(Buffer.of())['createTime']).toBeUndefined();
  expect(create(ChatMessageSchema).createTime).toBeUndefined();
  expect(tsProto.ChatMessage.decode(Buffer.of()).createTime).toBeUndefined();

  // An UpdateUserRequest whose user has the age 0.
  const aged = Buffer.from([10, 2, 32, 0]);
  const loadedV2 = loadSync('user/v2/user.proto', shape)['user.v2.UpdateUserRequest'] as typeof chatMessage;
  expect(loadedV2.deserialize(aged)['user']).toMatchObject({ age: 0, address: null });
  expect(loadedV2.deserialize(Buffer.from([10, 0]))['user']).not.toHaveProperty('age');
  expect(fromBinary(UpdateUserRequestSchema, aged).user?.age).toBe(0);
  expect(UpdateUserRequest.decode(aged).user?.age).toBe(0);
});

it('names', () => {
  expect(sent({ txt: 'hello' })).toEqual(sent({}));
  expect(loaded('ChatMessage', { defaults: true, keepCase: true }).deserialize(Buffer.of())).toHaveProperty('order_id');
  // @ts-expect-error Neither type has a field txt, and ts-proto's type requires every field.
  const wrong = [create(ChatMessageSchema, { txt: 'hello' })];
  // @ts-expect-error
  const incomplete: tsProto.ChatMessage = { text: 'hello' };
  expect(tsProto.ChatMessage.create(incomplete)).toMatchObject({ text: 'hello', orderId: '' });
  expect(wrong).toHaveLength(1);
});

it('enums', () => {
  const update = loaded('UpdateOrderStatusRequest');
  expect(update.deserialize(update.serialize({ status: 'SHIPPED' }))['status']).toBe('ORDER_STATUS_UNSPECIFIED');
  expect(update.deserialize(unknownStatus)['status']).toBe(99);
  expect(tsProto.orderStatusFromJSON('SHIPPED')).toBe(tsProto.OrderStatus.UNRECOGNIZED);
  expect(tsProto.OrderStatus.UNRECOGNIZED).toBe(-1);
  expect(tsProto.UpdateOrderStatusRequest.decode(unknownStatus).status).toBe(99);
});

it('unknown fields', () => {
  const loader = loaded('ChatMessage', {});
  expect(loader.serialize(loader.deserialize(unknownField))).toHaveLength(0);
  expect(tsProto.ChatMessage.encode(tsProto.ChatMessage.decode(unknownField)).finish()).toHaveLength(0);
  expect(toBinary(ChatMessageSchema, fromBinary(ChatMessageSchema, unknownField))).toEqual(
    new Uint8Array(unknownField),
  );
});

it('malformed texts', () => {
  expect(chatMessage.deserialize(noUtf8)['orderId']).toBe('��');
  expect(chatMessage.deserialize(cutOff)['orderId']).toBe('A');
  expect(tsProto.ChatMessage.decode(noUtf8).orderId).toBe('��');
  expect(() => fromBinary(ChatMessageSchema, noUtf8)).toThrow();
  expect(() => fromBinary(ChatMessageSchema, cutOff)).toThrow();
});

it('timestamps', () => {
  const createTime = create(TimestampSchema, { seconds: 1n, nanos: 1_234_567 });
  const bytes = Buffer.from(toBinary(OrderSchema, create(OrderSchema, { createTime })));
  expect(loaded('Order').deserialize(bytes)['createTime']).toEqual({ seconds: '1', nanos: 1_234_567 });
  expect(tsProto.Order.decode(bytes).createTime).toEqual(new Date(1_001));
  expect(timestampDate(createTime)).toEqual(new Date(1_001));
});

it('ProtoJSON', () => {
  expect(RetryInfo.toJSON(RetryInfo.fromPartial({ retryDelay: { seconds: 1n } }))).toEqual({
    retryDelay: { seconds: '1' },
  });
  const any = { typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value: Buffer.of() };
  expect(Status.toJSON(Status.fromPartial({ details: [any] }))).toEqual({
    details: [{ typeUrl: any.typeUrl }],
  });
  const updateMask = create(FieldMaskSchema, { paths: ['name', 'address.zip_code'] });
  const message = create(UpdateUserRequestSchema, { updateMask });
  expect(toJson(UpdateUserRequestSchema, message)).toEqual({ updateMask: 'name,address.zipCode' });
  expect(UpdateUserRequest.toJSON(UpdateUserRequest.create({ updateMask: updateMask.paths }))).toEqual({
    updateMask: 'name,address.zip_code',
  });
});

/** Calls a server that lists one order and returns NOT_FOUND for GetOrder, with three clients. */
async function withClients(
  use: (clients: { es: ReturnType<typeof esClient>; ts: tsProto.OrderServiceClient; loader: Untyped }) => Promise<void>,
): Promise<void> {
  const server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) =>
      router.service(OrderService, {
        async *listOrders() {
          yield { id: 'ord-1' };
        },
        getOrder({ id }) {
          const value = { reason: 'ORDER_NOT_FOUND', metadata: { order_id: id } };
          throw new ConnectError('no order', Code.NotFound, undefined, [{ desc: ErrorInfoSchema, value }]);
        },
      }),
  });
  const { host } = new URL(server.url);
  const definition = loadSync('order/v1/order.proto', shape)['order.v1.OrderService'] as ServiceDefinition;
  const loader = new (makeClientConstructor(definition, ''))(host, credentials.createInsecure()) as unknown as Untyped;
  const ts = new tsProto.OrderServiceClient(host, credentials.createInsecure());
  try {
    await use({ es: esClient(server.url), ts, loader });
  } finally {
    ts.close();
    loader.close();
    await server.close(0);
  }
}

interface Untyped {
  listOrders(request: object): AsyncIterable<object>;
  orderChat(): { cancel(): void } & AsyncIterable<object>;
  getOrder(request: object, done: (error: Error | null, response?: object) => void): void;
  close(): void;
}

async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const message of messages) taken.push(message);
  return taken;
}

const esClient = (baseUrl: string) => createClient(OrderService, createGrpcTransport({ baseUrl }));

it('streams', () =>
  withClients(async ({ es, ts, loader }) => {
    for (const listed of [loader.listOrders({ customerId: 'c' }), ts.listOrders({ customerId: 'c' })]) {
      expect(listed).toBeInstanceOf(Readable);
      expect(await all(listed as AsyncIterable<object>)).toMatchObject([{ id: 'ord-1' }]);
    }
    for (const chat of [loader.orderChat(), ts.orderChat()]) {
      expect(chat).toBeInstanceOf(Duplex);
      chat.cancel();
      await expect(all(chat as AsyncIterable<object>)).rejects.toMatchObject({ code: status.CANCELLED });
    }
    const listed = es.listOrders({ customerId: 'c' });
    expect(listed).not.toBeInstanceOf(Readable);
    expect(await all(listed)).toMatchObject([{ id: 'ord-1' }]);
  }));

it('errors', () =>
  withClients(async ({ es, ts, loader }) => {
    const calls = [
      (done: (error: Error | null) => void) => loader.getOrder({ id: 'ord-2' }, done),
      (done: (error: Error | null) => void) => ts.getOrder({ id: 'ord-2' }, done),
    ];
    for (const call of calls) {
      const error = await promisify(call)().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: status.NOT_FOUND, details: 'no order', message: '5 NOT_FOUND: no order' });
      const [trailer] = (error as ServiceError).metadata.get('grpc-status-details-bin');
      expect(`${trailer}`).toContain('ORDER_NOT_FOUND');
    }
    const error = await es.getOrder({ id: 'ord-2' }).catch((reason: unknown) => reason as ConnectError);
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: 'no order', message: '[not_found] no order' });
    const details = (error as ConnectError).findDetails(ErrorInfoSchema);
    expect(details).toMatchObject([{ reason: 'ORDER_NOT_FOUND', metadata: { order_id: 'ord-2' } }]);
  }));

it.for(['javascript.md', 'typescript.md'])('every row of %s has a test', (page, { task }) => {
  const tables = readFileSync(join(root, 'docs/guides', page), 'utf8')
    .split('<!-- differences.test.ts -->')
    .slice(1);
  const rows = tables.flatMap((table) => [...table.matchAll(/^\| (\w[^|]*) \|/gm)].map(([, name = '']) => name));
  expect(rows.length).toBeGreaterThan(8);
  expect(task.file.tasks.map(({ name }) => name)).toEqual(expect.arrayContaining(rows));
});
