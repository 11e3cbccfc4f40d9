import type { HeaderField } from '@example/http2';
import type { HpackDecoder, HpackEncoder } from '@example/http2/hpack';

/** The HPACK implementation under test. Tests of the fuzzer replace it with a faulty one. */
export interface Codec {
  readonly HpackDecoder: typeof HpackDecoder;
  readonly HpackEncoder: typeof HpackEncoder;
}

/** The limit for decoded header lists, in bytes: larger than any list of a campaign. */
const listLimit = 1024 * 1024;

/** @returns a function that decodes the blocks of one connection, and returns undefined for a block that is rejected */
export function decoderOf({ HpackDecoder }: Codec): (block: Buffer) => readonly HeaderField[] | undefined {
  const decoder = new HpackDecoder(listLimit);
  return (block) => {
    try {
      return decoder.decode(block, 0, block.length).headers.fields;
    } catch {
      return undefined;
    }
  };
}

export interface Comparison {
  /** Header blocks compared. */
  readonly blocks: number;
  /** The compared blocks that both sides reject. */
  readonly rejected: number;
  readonly faults: readonly string[];
}
