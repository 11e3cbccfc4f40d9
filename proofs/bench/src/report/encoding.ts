import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, fromBinary, fromJsonString, toBinary, toJson, toJsonString } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { outputOf } from '@example/kit/programs';
import { messageReader, messageWriter } from '@example/message-codec';
import { OrderSchema, OrderStatus } from '@example/protos/order/v1';
import { loadCore, pinned } from '../server/cores.ts';
import { goProgram, pythonEncoding } from '../server/peers.ts';

/** The times of one call, in nanoseconds. */
interface CodecTimes {
  readonly encode: number;
  readonly decode: number;
}

/** One message in one form. It has no times if only its size is compared. */
interface EncodedAs {
  readonly message: string;
  readonly codec: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

export interface EncodingFigures {
  readonly sizes: readonly EncodedAs[];
  readonly times: readonly (CodecTimes & {
    readonly language: string;
    readonly message: string;
    readonly codec: string;
  })[];
}

const itemCounts = { 'an order of 1 item': 1, 'an order of 1,000 items': 1_000 };

function orderOf(itemCount: number) {
  const items = Array.from({ length: itemCount }, (_, index) => ({
    productId: `product-${1_000 + index}`,
    quantity: (index % 9) + 1,
    unitPrice: Math.round((index * 37.37) % 10_000) / 100,
  }));
  return create(OrderSchema, {
    id: 'ord-01a1fc77-8326-7349-b947-52d19761f6a4',
    customerId: 'customer-1',
    items,
    total: 4_711.5,
    status: OrderStatus.PENDING,
    createTime: timestampFromMs(1_764_500_000_000),
  });
}

/**
 * Measures protobuf beside JSON, in three languages. ProtoJSON is the JSON of generated messages. JSON is the
 * language's own conversion of plain objects, without a schema.
 *
 * @param seconds for each figure
 * @param isWanted whether to measure this language
 * @throws {ToolchainMissingError} when Go or Python is missing
 */
export async function measureEncoding(
  seconds: number,
  isWanted: (language: string) => boolean,
): Promise<EncodingFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'encoding-'));
  try {
    const messages = Object.entries(itemCounts).map(([name, count], index) => {
      const order = orderOf(count);
      const file = join(folder, `${index}.bin`);
      writeFileSync(file, toBinary(OrderSchema, order));
      return { name, order, file };
    });
    const sizes = messages.flatMap(({ name: message, order }) => {
      const json = toJsonString(OrderSchema, order);
      return Object.entries({ protobuf: toBinary(OrderSchema, order), JSON: Buffer.from(json) }).map(
        ([codec, bytes]) => ({
          message,
          codec,
          bytes: bytes.length,
          gzipBytes: gzipSync(bytes).length,
        }),
      );
    });
    const files = messages.map(({ file }) => file);
    const programs: Readonly<Record<string, () => Promise<string>>> = {
      async Go() {
        return await outputOf(...pinned(loadCore, await goProgram('encoding'), [`${seconds}`, ...files]));
      },
      async Python() {
        const { file, args, env } = pythonEncoding();
        return await outputOf(...pinned(loadCore, file, [...args, `${seconds}`, ...files]), { env });
      },
    };
    const times = isWanted('TypeScript')
      ? messages.flatMap(({ name, order }) => typeScriptTimes(name, order, seconds))
      : [];
    for (const [language, run] of Object.entries(programs)) {
      if (!isWanted(language)) continue;
      for (const [index, line] of (await run()).trim().split('\n').entries()) {
        const message = messages[index]?.name ?? '';
        const byCodec = Object.entries(JSON.parse(line) as Record<string, CodecTimes>);
        times.push(...byCodec.map(([codec, figures]) => ({ language, message, codec, ...figures })));
      }
    }
    return { sizes, times };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function typeScriptTimes(message: string, order: ReturnType<typeof orderOf>, seconds: number) {
  const binary = toBinary(OrderSchema, order);
  const json = toJsonString(OrderSchema, order);
  const plain = toJson(OrderSchema, order);
  const [read, write] = [messageReader(OrderSchema), messageWriter(OrderSchema)];
  const codecs: Record<string, readonly [encode: () => unknown, decode: () => unknown]> = {
    'protobuf, ours': [() => write(order), () => read(binary)],
    'protobuf, protobuf-es': [() => toBinary(OrderSchema, order), () => fromBinary(OrderSchema, binary)],
    'ProtoJSON, protobuf-es': [() => toJsonString(OrderSchema, order), () => fromJsonString(OrderSchema, json)],
    JSON: [() => JSON.stringify(plain), () => JSON.parse(json)],
  };
  return Object.entries(codecs).map(([codec, [encode, decode]]) => ({
    language: 'TypeScript',
    message,
    codec,
    encode: nanoseconds(encode, seconds),
    decode: nanoseconds(decode, seconds),
  }));
}

/** The time of a call, after a warm-up of the same length. */
function nanoseconds(call: () => unknown, seconds: number): number {
  repeat(call, seconds);
  return repeat(call, seconds);
}

function repeat(call: () => unknown, seconds: number): number {
  const begin = performance.now();
  let calls = 0;
  while (performance.now() - begin < seconds * 1_000) {
    for (let i = 0; i < 10; i++) call();
    calls += 10;
  }
  return ((performance.now() - begin) * 1e6) / calls;
}
