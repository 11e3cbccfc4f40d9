import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Client, createClient, type Transport } from '@connectrpc/connect';
import {
  LineItemSchema,
  ListOrdersRequestSchema,
  OrderSchema,
  OrderService,
  UploadSummarySchema,
} from '@example/protos/order/v1';
import { GetUserRequestSchema, UserSchema, UserService } from '@example/protos/user/v1';
import { lineItem, order, streamLength, Upload, user } from './peers/answers.ts';

/** A request as h2load sends it, and how one knows that a server answers it. */
export interface Request {
  readonly path: string;
  readonly contentType: string;
  readonly bodyFile: string;
  /** Of the body of the response, at least. */
  readonly responseBytes: number;
  /** How many messages it makes go one way or the other. */
  readonly messages: number;
  /** Makes the call once. @throws when it fails, or the answer is another */
  check(transport: Transport): Promise<void>;
}

const customerId = 'c-1';
const items = Array.from({ length: streamLength }, () => lineItem);

/** The requests of all workloads, with their bodies in files of `folder`. */
export function writeRequests(folder: string) {
  const file = (name: string, ...body: readonly (string | Buffer)[]) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.concat(body.map((part) => Buffer.from(part))));
    return path;
  };
  const grpc = { contentType: 'application/grpc+proto' };
  const getUser = { path: '/user.v1.UserService/GetUser', messages: 1, check: checkUser };
  const item = framed(LineItemSchema, lineItem);
  return {
    getUser: {
      ...grpc,
      ...getUser,
      bodyFile: file('get-user.bin', framed(GetUserRequestSchema, { id: user.id })),
      responseBytes: framed(UserSchema, user).length,
    },
    getUserAsJson: {
      ...getUser,
      contentType: 'application/json',
      bodyFile: file('get-user.json', JSON.stringify({ id: user.id })),
      responseBytes: JSON.stringify(user).length,
    },
    listOrders: {
      ...grpc,
      path: '/order.v1.OrderService/ListOrders',
      messages: streamLength,
      bodyFile: file('list-orders.bin', framed(ListOrdersRequestSchema, { customerId })),
      responseBytes: streamLength * framed(OrderSchema, order(customerId)).length,
      check: checkList,
    },
    uploadLineItems: {
      ...grpc,
      path: '/order.v1.OrderService/UploadLineItems',
      messages: streamLength,
      bodyFile: file('upload.bin', ...items.map(() => item)),
      responseBytes: framed(UploadSummarySchema, uploaded()).length,
      check: checkUpload,
    },
  } satisfies Record<string, Request>;
}

async function checkUser(transport: Transport): Promise<void> {
  const { name } = await createClient(UserService, transport).getUser({ id: user.id });
  expect('name', name, user.name);
}

async function checkList(transport: Transport): Promise<void> {
  let count = 0;
  for await (const { id, items } of orderClient(transport).listOrders({ customerId })) {
    if (id !== '' && items.length === 1) count += 1;
  }
  expect('number of orders', count, streamLength);
}

async function checkUpload(transport: Transport): Promise<void> {
  const upload = async function* () {
    yield* items;
  };
  const { itemCount, totalQuantity } = await orderClient(transport).uploadLineItems(upload());
  expect('number of items', itemCount, streamLength);
  expect('quantity', totalQuantity, uploaded().totalQuantity);
}

function orderClient(transport: Transport): Client<typeof OrderService> {
  return createClient(OrderService, transport);
}

function uploaded() {
  const upload = new Upload();
  for (const item of items) upload.add(item);
  return upload.summary();
}

function expect<T>(what: string, found: T, right: T): void {
  if (found !== right) throw new Error(`the ${what} is ${found}, not ${right}`);
}

/** A message as gRPC frames it. */
function framed<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Buffer {
  const message = toBinary(schema, create(schema, init));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
