import { randomUUID } from 'node:crypto';
import { type Code, ConnectError, createContextKey, type HandlerContext } from '@connectrpc/connect';
import { onAbort } from './on-abort.ts';

/** What is known of a call, and is said of it in the access log when it has ended. Never a message, never a token. */
export interface CallRecord {
  /** From the client's x-request-id when that is one, else made here; the response has it too. */
  readonly requestId: string;
  /** The address the call came from. */
  readonly peer: string;
  requestBytes: number;
  responseBytes: number;
  /** Whose token came with it. */
  subject?: string | undefined;
  /** How it ended, when not well. */
  code?: Code | undefined;
}

export const recordKey = createContextKey<CallRecord | undefined>(undefined, { description: 'call record' });

export function recordOf({ values }: Pick<HandlerContext, 'values'>): CallRecord {
  const record = values.get(recordKey);
  if (record === undefined) throw new Error('the engine made no record of this call');
  return record;
}

/** The id that a client gave its request; a long or strange one is ignored, because logs are full of ids. */
export function requestIdFrom(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/** Sees to it that the record says how the call ended: every error that ends one aborts its context first. */
export function recordEnd({ signal }: HandlerContext, record: CallRecord): void {
  onAbort(signal, () => {
    const error: unknown = signal.reason;
    if (error instanceof ConnectError) record.code = error.code;
  });
}

/** Counts what passes. */
export async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  add: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    add(chunk.byteLength);
    yield chunk;
  }
}
