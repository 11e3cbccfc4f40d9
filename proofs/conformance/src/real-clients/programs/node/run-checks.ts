import { create } from '@bufbuild/protobuf';
import {
  type Payload,
  type SimpleRequest,
  SimpleRequestSchema,
  type StreamingOutputCallRequest,
  StreamingOutputCallRequestSchema,
} from '../../../gen/grpc/testing/messages_pb.ts';
import { type Check, muchLaterUs } from '../../checks.ts';

/** The calls of a client, on one connection. */
export interface Calls {
  /** One of UnaryCall. */
  unary(check: Check): Promise<void>;
  /** One of FullDuplexCall that sends and receives at once. */
  messages(check: Check): Promise<void>;
  /** Begins one, and returns how to cancel it once it has answered: that throws when the call ends with another code. */
  cancellable(): Promise<() => Promise<void>>;
}

/** Plays the checks as program-client.ts asks programs to. */
export async function runChecks(makeCalls: (address: string) => Calls): Promise<void> {
  const [address = '', checks = '[]'] = process.argv.slice(2);
  const calls = makeCalls(address);
  for (const check of JSON.parse(checks) as Check[]) {
    const error = await play(calls, check).then(
      () => undefined,
      (reason: unknown) => String(reason),
    );
    process.stdout.write(`${JSON.stringify({ name: check.name, error })}\n`);
  }
}

async function play(calls: Calls, check: Check): Promise<void> {
  switch (check.kind) {
    case 'unary':
      await Promise.all(Array.from({ length: check.count }, () => calls.unary(check)));
      return;
    case 'messages':
      return await calls.messages(check);
    case 'cancel': {
      const cancels = await Promise.all(Array.from({ length: check.count }, () => calls.cancellable()));
      await Promise.all(cancels.map((cancel) => cancel()));
      return await calls.unary(check);
    }
  }
}

export function simpleRequest({ requestBytes, responseBytes }: Check): SimpleRequest {
  const payload = { body: new Uint8Array(requestBytes) };
  return create(SimpleRequestSchema, { responseSize: responseBytes, payload });
}

/** Message `index`, which asks for one of the same length. */
export function asking(check: Check, index: number): StreamingOutputCallRequest {
  const size = lengthOf(check, index);
  const payload = { body: new Uint8Array(size) };
  return create(StreamingOutputCallRequestSchema, { responseParameters: [{ size }], payload });
}

/** Asks for a message, and another much later. */
export function askingForEver(): StreamingOutputCallRequest {
  const responseParameters = [{ size: 1 }, { size: 1, intervalUs: muchLaterUs }];
  return create(StreamingOutputCallRequestSchema, { responseParameters });
}

/** Tells messages that follow each other apart. */
export function lengthOf({ responseBytes }: Check, index: number): number {
  return index % responseBytes;
}

/** @throws when the body is not as long */
export function expectLength(payload: Payload | undefined, length: number): void {
  const got = payload?.body.length;
  if (got !== length) throw new Error(`expected ${length} bytes, got ${got}`);
}
