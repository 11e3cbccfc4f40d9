import type { HeaderList } from '@example/http2';
import { HpackDecoder, HpackEncoder } from '@example/http2/hpack';
import { expect, it } from 'vitest';
import type { Codec } from './codec.ts';
import { fuzzHpack } from './hpack-campaign.ts';

const seed = 20_261_121;

it('finds no difference between our HPACK and that of nghttp2', async () => {
  const { faults, blocks, rejected } = await fuzzHpack({ seed, blocks: 4_000 });
  expect(faults).toEqual([]);
  expect(blocks).toBeGreaterThanOrEqual(4_000);
  expect(rejected).toBeGreaterThan(0);
});

/** Faulty implementations. Each replaces a method of the correct implementation. */
const faultyCodecs: Readonly<Record<string, Partial<Codec>>> = {
  'accepts invalid blocks': {
    HpackDecoder: class extends HpackDecoder {
      readonly #empty = new HpackDecoder(0).decode(Buffer.alloc(0), 0, 0);

      override decode(bytes: Buffer, start: number, end: number) {
        try {
          return super.decode(bytes, start, end);
        } catch {
          return this.#empty;
        }
      }
    },
  },
  'accepts a table size update at the end of a block': {
    HpackDecoder: class extends HpackDecoder {
      override decode(bytes: Buffer, start: number, end: number) {
        const isSizeUpdate = end - start > 1 && ((bytes[end - 1] as number) & 0xe0) === 0x20;
        try {
          return super.decode(bytes, start, end);
        } catch (error) {
          if (!isSizeUpdate) throw error;
          return super.decode(bytes, start, end - 1);
        }
      }
    },
  },
  'ignores the dynamic table when it decodes': {
    HpackDecoder: class extends HpackDecoder {
      override decode(bytes: Buffer, start: number, end: number) {
        return new HpackDecoder(1024 * 1024).decode(bytes, start, end);
      }
    },
  },
  'decodes an entry of the static table wrongly': {
    HpackDecoder: class extends HpackDecoder {
      override decode(bytes: Buffer, start: number, end: number) {
        const block = super.decode(bytes, start, end);
        return { ...block, headers: withFields(block.headers, ['content-type', { name: 'content-typo' }]) };
      }
    },
  },
  'loses the sensitive mark when it decodes': {
    HpackDecoder: class extends HpackDecoder {
      override decode(bytes: Buffer, start: number, end: number) {
        const block = super.decode(bytes, start, end);
        return { ...block, headers: withFields(block.headers, [undefined, { sensitive: false }]) };
      }
    },
  },
  'indexes sensitive fields': {
    HpackEncoder: class extends HpackEncoder {
      override encode(list: HeaderList) {
        return super.encode(withFields(list, [undefined, { sensitive: false }]));
      }
    },
  },
  'refers to a wrong index of the dynamic table': {
    HpackEncoder: class extends HpackEncoder {
      override encode(list: HeaderList) {
        return Buffer.from(super.encode(list)).map((byte) => (byte === 0xbf ? 0xbe : byte)) as Buffer;
      }
    },
  },
  'ignores a smaller table of the peer': {
    HpackEncoder: class extends HpackEncoder {
      override setPeerTableSize() {}
    },
  },
};

/** A copy of the list with changed values, either of the fields with one name or of all fields. */
function withFields(list: HeaderList, [name, changes]: [name: string | undefined, changes: object]): HeaderList {
  const fields = list.fields.map((field) =>
    name === undefined || name === field.name ? { ...field, ...changes } : field,
  );
  return Object.assign(Object.create(Object.getPrototypeOf(list)), list, { fields });
}

it.each(Object.entries(faultyCodecs))('finds the fault of a codec that %s', async (_name, faulty) => {
  const { faults } = await fuzzHpack({ codec: { HpackDecoder, HpackEncoder, ...faulty }, seed, blocks: 8_000 });
  expect(faults).not.toEqual([]);
});
