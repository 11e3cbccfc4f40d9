/** Flags of an envelope (https://connectrpc.com/docs/protocol#streaming-rpcs). */
export const EnvelopeFlag = {
  compressed: 0b0000_0001,
  /** The last envelope of a Connect stream. */
  endStream: 0b0000_0010,
  /** The last envelope of a gRPC-Web response: it holds the trailers. */
  trailers: 0b1000_0000,
} as const;

/** The flags and the length of a message, in bytes. */
export const envelopeHeaderBytes = 5;

/** A message as it is sent on the wire. */
export interface Envelope {
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/** Shared by all envelopes: streams copy it. */
const header = new Uint8Array(envelopeHeaderBytes);

/** The flags and the length that precede a message. The array is valid until the next call. */
export function envelopeHeader({ flags, bytes: { length } }: Envelope): Uint8Array {
  header[0] = flags;
  header[1] = length >>> 24;
  header[2] = length >>> 16;
  header[3] = length >>> 8;
  header[4] = length;
  return header;
}
