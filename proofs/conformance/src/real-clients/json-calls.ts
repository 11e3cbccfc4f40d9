import { type Check, muchLaterUs } from './checks.ts';

// Calls of the Connect protocol with JSON, for clients that do not support the protocol themselves.

const servicePath = '/grpc.testing.TestService';

export const unaryPath = `${servicePath}/UnaryCall`;
export const duplexPath = `${servicePath}/FullDuplexCall`;
export const inputPath = `${servicePath}/StreamingInputCall`;
export const outputPath = `${servicePath}/StreamingOutputCall`;

export const unaryType = 'application/json';
export const streamType = 'application/connect+json';

const endFlag = 2;
const prefixBytes = 5;

/** The body of UnaryCall. */
export function unaryBody({ requestBytes, responseBytes }: Check): string {
  return JSON.stringify({ responseSize: responseBytes, payload: payload(requestBytes) });
}

/** The body of a stream: messages that each request a response of their length. */
export function streamBody(check: Check): Buffer {
  return Buffer.concat(
    Array.from({ length: check.count }, (_, index) => {
      const size = lengthOf(check, index);
      return envelope({ responseParameters: [{ size }], payload: payload(size) });
    }),
  );
}

/** The body of StreamingOutputCall that requests all responses. */
export function outputBody(check: Check): Buffer {
  const sizes = Array.from({ length: check.count }, (_, index) => ({ size: lengthOf(check, index) }));
  return envelope({ responseParameters: sizes });
}

/** The body of StreamingOutputCall that requests a first response at once, and a second response much later. */
export function endlessBody(): Buffer {
  return envelope({ responseParameters: [{ size: 1 }, { size: 1, intervalUs: muchLaterUs }] });
}

/** @throws when the length of a response of UnaryCall is wrong */
export function expectUnary(check: Check, body: string): void {
  expectLength(JSON.parse(body), check.responseBytes);
}

/** @throws when the messages are not the expected ones, or the stream ended with an error */
export function expectStream(check: Check, body: Buffer): void {
  const messages = [...envelopes(body)];
  const end = messages.pop();
  if (end?.flags !== endFlag || end.json !== '{}') throw new Error(`the stream ended with ${end?.json}`);
  if (messages.length !== check.count) throw new Error(`${messages.length} messages were received`);
  for (const [index, { json }] of messages.entries()) expectLength(JSON.parse(json), lengthOf(check, index));
}

/** @throws when StreamingInputCall did not receive all messages of `streamBody` */
export function expectSum(check: Check, body: Buffer): void {
  const [response] = envelopes(body);
  const { aggregatedPayloadSize } = JSON.parse(response?.json ?? '{}') as { aggregatedPayloadSize?: number };
  const sum = Array.from({ length: check.count }, (_, index) => lengthOf(check, index)).reduce((a, b) => a + b, 0);
  if (aggregatedPayloadSize !== sum) throw new Error(`${aggregatedPayloadSize} of ${sum} bytes were received`);
}

/** Different lengths for successive messages. */
function lengthOf({ responseBytes }: Check, index: number): number {
  return index % responseBytes;
}

function payload(size: number): { body: string } {
  return { body: Buffer.alloc(size).toString('base64') };
}

function expectLength({ payload: { body = '' } = {} }: { payload?: { body?: string } }, length: number): void {
  const got = Buffer.byteLength(body, 'base64');
  if (got !== length) throw new Error(`expected ${length} bytes, got ${got}`);
}

function envelope(message: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(json.length, 1);
  return Buffer.concat([prefix, json]);
}

function* envelopes(body: Buffer): Iterable<{ flags: number; json: string }> {
  for (let at = 0; at + prefixBytes <= body.length; ) {
    const end = at + prefixBytes + body.readUInt32BE(at + 1);
    yield { flags: body.readUInt8(at), json: body.toString('utf8', at + prefixBytes, end) };
    at = end;
  }
}
