import { create, toBinary, toJsonString } from '@bufbuild/protobuf';
import { SimpleRequestSchema, SimpleResponseSchema } from '../gen/grpc/testing/messages_pb.ts';

export const checkNames = [
  'unary',
  '10,000 messages both ways',
  '4 MiB messages',
  'cancel',
  '1,000 calls at once',
] as const;

export type CheckName = (typeof checkNames)[number];

/** A check, in the form in which the program of a client reads it. */
export interface Check {
  readonly name: CheckName;
  /**
   * - `unary`: makes `count` calls of UnaryCall at once, and compares the length of each response;
   * - `messages`: sends `count` messages on a stream, each of which requests a response, and reads the responses
   *   at the same time;
   * - `cancel`: cancels `count` calls after their first response, long before their second response is due; then makes
   *   one more call.
   */
  readonly kind: 'unary' | 'messages' | 'cancel';
  readonly count: number;
  /** The lengths of the bodies of payloads, in bytes. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** The number of calls that must be in progress before the server sends a response: the value of `barrierHeader`. */
  readonly barrier: number;
}

/** The limits of a client. */
export interface Ability {
  /** The number of concurrent calls on a connection. Default: 1,000. */
  readonly atOnce?: number;
  /** The number of calls that are cancelled. Default: 20. */
  readonly cancels?: number;
  /** The number of concurrent messages of 4 MiB. Default: 8, which exceed the windows of a connection. */
  readonly large?: number;
  readonly unsupported?: readonly CheckName[];
  /** Whether the messages are ProtoJSON. Default: false. */
  readonly isJson?: boolean;
}

/**
 * The server holds back the response to a call with this header field until as many such calls have arrived as the
 * field's value.
 */
export const barrierHeader = 'x-barrier';

/** The delay of the second response of a call that is cancelled, in microseconds. */
export const muchLaterUs = 600_000_000;

const messageBytes = 4 * 1024 * 1024;
/**
 * The length of a small body. All small responses together must fit into the windows of a browser, because it reads no
 * response before it has sent its whole request.
 */
const smallBytes = (isJson: boolean) => (isJson ? 100 : 1_000);

export function checksFor(ability: Ability): readonly Check[] {
  const { atOnce = 1_000, cancels = 20, large = 8, isJson = false, unsupported = [] } = ability;
  const bytes = smallBytes(isJson);
  const small = { requestBytes: bytes, responseBytes: bytes, barrier: 0 };
  const all: readonly Check[] = [
    { name: 'unary', kind: 'unary', count: 1, ...small },
    { name: '10,000 messages both ways', kind: 'messages', count: 10_000, ...small },
    { name: '4 MiB messages', kind: 'unary', count: large, ...(isJson ? largeJson() : largeBinary()), barrier: 0 },
    { name: 'cancel', kind: 'cancel', count: cancels, ...small },
    { name: '1,000 calls at once', kind: 'unary', count: 1_000, ...small, barrier: atOnce },
  ];
  return all.filter(({ name }) => !unsupported.includes(name));
}

/** The lengths of bodies with which messages are exactly 4 MiB long. */
function largeBinary(): Pick<Check, 'requestBytes' | 'responseBytes'> {
  const body = new Uint8Array(messageBytes / 2);
  const [request, response] = largest(body);
  const more = (message: Uint8Array) => messageBytes - message.length + body.length;
  return {
    responseBytes: more(toBinary(SimpleResponseSchema, response)),
    requestBytes: more(toBinary(SimpleRequestSchema, request)),
  };
}

/**
 * The lengths of bodies with which JSON messages are 4 MiB long. JSON contains bodies as base64: three bytes take four
 * characters.
 */
function largeJson(): Pick<Check, 'requestBytes' | 'responseBytes'> {
  const [request, response] = largest(new Uint8Array(0));
  const room = (text: string) => Math.floor((messageBytes - text.length - '"body":""'.length) / 4) * 3;
  return {
    responseBytes: room(toJsonString(SimpleResponseSchema, response)),
    requestBytes: room(toJsonString(SimpleRequestSchema, request)),
  };
}

function largest(body: Uint8Array) {
  const payload = { body };
  return [
    create(SimpleRequestSchema, { responseSize: messageBytes - 1, payload }),
    create(SimpleResponseSchema, { payload }),
  ] as const;
}
