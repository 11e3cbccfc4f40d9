// What the tables of docs/javascript.md and docs/typescript.md say about messages.
import { join } from 'node:path';
import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { ChatMessageSchema, OrderSchema } from '@example/protos/order/v1';
import * as tsProto from '@example/ts-proto-client/order/v1';
import { loadSync, type MessageTypeDefinition, type Options } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';

const protos = join(import.meta.dirname, '../../../../proto');
const beyondNumbers = '9007199254740993';

function loaded(name: string, options: Options = { longs: String, enums: String, defaults: true, oneofs: true }) {
  const definition = loadSync('order/v1/order.proto', { ...options, includeDirs: [protos] });
  return definition[`order.v1.${name}`] as MessageTypeDefinition<object, Record<string, unknown>>;
}

const chatMessage = loaded('ChatMessage');
const sent = (message: object) => chatMessage.deserialize(chatMessage.serialize(message));

/** ChatMessage.order_id in two bytes that are no UTF-8. */
const noUtf8 = Buffer.from([10, 2, 0xff, 0xfe]);
/** ChatMessage.order_id, of which only one byte of five is there. */
const cutOff = Buffer.from([10, 5, 65]);
/** A field 10 that ChatMessage does not have. */
const unknownField = Buffer.from([0x52, 1, 65]);

describe('proto-loader', () => {
  it('has int64 as it is told to', () => {
    const bytes = chatMessage.serialize({ sequence: beyondNumbers });
    expect(chatMessage.deserialize(bytes)['sequence']).toBe(beyondNumbers);
    expect(loaded('ChatMessage', { longs: Number }).deserialize(bytes)['sequence']).toBe(2 ** 53);
    expect(sent({ sequence: BigInt(beyondNumbers) })['sequence']).toBe(beyondNumbers);
    expect(sent({ sequence: Number(beyondNumbers) })['sequence']).toBe('9007199254740992');
    expect(sent({ sequence: '12x' })['sequence']).toBe('12');
  });

  it('has defaults and presence as it is told to', () => {
    expect(sent({})).toMatchObject({ text: '', createTime: null });
    expect(loaded('ChatMessage', {}).deserialize(Buffer.of())).toEqual({});
  });

  it('ignores names that it does not know', () => {
    expect(sent({ txt: 'hello' })).toEqual(sent({}));
    const update = loaded('UpdateOrderStatusRequest');
    expect(update.deserialize(update.serialize({ status: 'SHIPPED' }))['status']).toBe('ORDER_STATUS_UNSPECIFIED');
    expect(update.deserialize(update.serialize({ status: 99 }))['status']).toBe(99);
  });

  it('takes texts that are not well-formed, and loses unknown fields', () => {
    expect(chatMessage.deserialize(noUtf8)['orderId']).toBe('��');
    expect(chatMessage.deserialize(cutOff)['orderId']).toBe('A');
    const empty = loaded('ChatMessage', {});
    expect(empty.serialize(empty.deserialize(unknownField))).toHaveLength(0);
  });
});

describe('@example/protos', () => {
  it('has int64 as bigint, which JSON.stringify does not take', () => {
    const message = create(ChatMessageSchema, { sequence: BigInt(beyondNumbers) });
    expect(() => JSON.stringify(message)).toThrow('BigInt');
    expect(toJson(ChatMessageSchema, message)).toEqual({ sequence: beyondNumbers });
  });

  it('refuses texts that are not well-formed, and keeps unknown fields', () => {
    expect(() => fromBinary(ChatMessageSchema, noUtf8)).toThrow();
    expect(() => fromBinary(ChatMessageSchema, cutOff)).toThrow();
    expect(toBinary(ChatMessageSchema, fromBinary(ChatMessageSchema, unknownField))).toEqual(
      new Uint8Array(unknownField),
    );
  });

  it('has undefined for a message that was not sent', () => {
    expect(create(ChatMessageSchema).createTime).toBeUndefined();
  });
});

describe('ts-proto', () => {
  const { ChatMessage, Order, orderStatusFromJSON } = tsProto;

  it('has times to the millisecond', () => {
    const bytes = toBinary(OrderSchema, create(OrderSchema, { createTime: { seconds: 1n, nanos: 1_234_567 } }));
    expect(Order.decode(bytes).createTime).toEqual(new Date(1_001));
  });

  it('takes texts that are not well-formed, and loses unknown fields', () => {
    expect(ChatMessage.decode(noUtf8).orderId).toBe('��');
    expect(ChatMessage.encode(ChatMessage.decode(unknownField)).finish()).toHaveLength(0);
  });

  it('has -1 for a name that an enum does not have', () => {
    expect(orderStatusFromJSON('SHIPPED')).toBe(tsProto.OrderStatus.UNRECOGNIZED);
    expect(tsProto.OrderStatus.UNRECOGNIZED).toBe(-1);
  });
});
