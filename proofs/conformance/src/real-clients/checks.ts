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

/** What a client is to do, as its program reads it. */
export interface Check {
  readonly name: CheckName;
  /**
   * - `unary`: makes `count` calls of UnaryCall at once, and looks whether each answer is as long as it must be;
   * - `messages`: sends `count` messages on a stream, each of which asks for one, and reads the answers meanwhile;
   * - `cancel`: cancels `count` calls that have answered a message, and would answer another much later, then makes one more call.
   */
  readonly kind: 'unary' | 'messages' | 'cancel';
  readonly count: number;
  /** How long the body of a payload is, in bytes. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** How many calls of the check must be under way before the first is answered: the header `gatherHeader` says it to the server. */
  readonly gather: number;
}

/** What a client can do less of. */
export interface Ability {
  /** How many calls it makes at once on a connection. */
  readonly atOnce?: number;
  readonly cancels?: number;
  /** How many messages of 4 MiB it sends at once. */
  readonly large?: number;
  /** What it does not do. */
  readonly without?: readonly CheckName[];
  /** Whether its messages are ProtoJSON. */
  readonly isJson?: boolean;
}

export const gatherHeader = 'x-gather';

/** When the other answer of a call to be cancelled would come, in microseconds. */
export const muchLaterUs = 600_000_000;

const messageBytes = 4 * 1024 * 1024;
/** A browser does not read answers before it has sent all: those must fit into its windows. */
const smallBytes = (isJson: boolean) => (isJson ? 100 : 1_000);
export function checksFor(ability: Ability): readonly Check[] {
  // Eight large ones are more than a connection's windows let through at once.
  const { atOnce = 1_000, cancels = 20, large = 8, isJson = false, without = [] } = ability;
  const bytes = smallBytes(isJson);
  const small = { requestBytes: bytes, responseBytes: bytes, gather: 0 };
  const all: readonly Check[] = [
    { name: 'unary', kind: 'unary', count: 1, ...small },
    { name: '10,000 messages both ways', kind: 'messages', count: 10_000, ...small },
    { name: '4 MiB messages', kind: 'unary', count: large, ...(isJson ? largeJson() : largeBinary()), gather: 0 },
    { name: 'cancel', kind: 'cancel', count: cancels, ...small },
    { name: '1,000 calls at once', kind: 'unary', count: 1_000, ...small, gather: atOnce },
  ];
  return all.filter(({ name }) => !without.includes(name));
}

/** The bodies of messages that are as long as a message may be. */
function largeBinary(): Pick<Check, 'requestBytes' | 'responseBytes'> {
  const body = new Uint8Array(messageBytes / 2);
  const [request, response] = largest(body);
  const more = (message: Uint8Array) => messageBytes - message.length + body.length;
  return {
    responseBytes: more(toBinary(SimpleResponseSchema, response)),
    requestBytes: more(toBinary(SimpleRequestSchema, request)),
  };
}

/** Three bytes are four in JSON. */
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
