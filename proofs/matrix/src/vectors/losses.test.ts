// Tests the losses of the other two message libraries for JavaScript. @bufbuild/protobuf loses nothing.
import { join } from 'node:path';
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { root } from '@example/kit/root';
import { loadSync, type MessageTypeDefinition, type Options } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';
import * as tsProto from '../gen/vectors/v1/vectors.ts';
import { VectorSchema } from '../gen/vectors/v1/vectors_pb.ts';
import { vectors, type WireVector } from './vectors.ts';

type Loss = readonly [name: string, became: unknown];

/** The vectors that a library changes, with the values that it returns. */
function lossesOf(read: (vector: WireVector) => unknown, expected: (vector: WireVector) => unknown): Loss[] {
  return vectors
    .map((vector): [Loss, unknown] => [[vector.name, read(vector)], expected(vector)])
    .filter(([[, became], was]) => JSON.stringify(became) !== JSON.stringify(was))
    .map(([loss]) => loss);
}

const bytesOf = ({ hex }: WireVector) => Buffer.from(hex, 'hex');
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const jsonOf = (bytes: Uint8Array) => toJson(VectorSchema, fromBinary(VectorSchema, bytes));

describe('proto-loader', () => {
  function loaded(options: Options) {
    const includeDirs = [join(root, 'proofs/matrix/vectors/proto')];
    const definition = loadSync('vectors/v1/vectors.proto', { longs: String, enums: String, ...options, includeDirs });
    return definition['vectors.v1.Vector'] as MessageTypeDefinition<object, { names?: object }>;
  }

  it('loses unknown fields and the keys of a map with int64 keys, and nothing else', () => {
    const Vector = loaded({});
    expect(
      lossesOf(
        (vector) => hexOf(Vector.serialize(Vector.deserialize(bytesOf(vector)))),
        ({ hex }) => hex,
      ),
    ).toEqual([
      ['a map by a negative number', '5a050800120161'],
      ['unknown fields', '0801'],
    ]);
    const aMap = vectors.find(({ name }) => name === 'a map by a negative number') as WireVector;
    expect(Vector.deserialize(bytesOf(aMap)).names).toEqual({ ÿÿÿÿÿÿÿÿ: 'a' });
  });

  it('with its option defaults, also writes unset fields, which does not change the value of the message', () => {
    const Vector = loaded({ defaults: true, oneofs: true });
    expect(hexOf(Vector.serialize(Vector.deserialize(Buffer.of())))).toBe('0800110000000000000000180032003a00');
    expect(
      lossesOf(
        (vector) => jsonOf(Vector.serialize(Vector.deserialize(bytesOf(vector)))),
        (vector) => jsonOf(bytesOf(vector)),
      ),
    ).toEqual([['a map by a negative number', { names: { 0: 'a' } }]]);
  });
});

describe('ts-proto', () => {
  const { Vector } = tsProto;

  it('loses unknown fields and the sign of a zero, and nothing else', () => {
    expect(
      lossesOf(
        (vector) => hexOf(Vector.encode(Vector.decode(bytesOf(vector))).finish()),
        ({ hex }) => hex,
      ),
    ).toEqual([
      ['a double of -0', ''],
      ['unknown fields', '0801'],
    ]);
  });

  it('writes all unknown enum values by the same name in JSON', () => {
    expect(
      lossesOf(
        (vector) => Vector.toJSON(Vector.decode(bytesOf(vector))),
        ({ json }) => json,
      ),
    ).toEqual([
      ['a double of -0', {}],
      ['an unknown enum value', { kind: 'UNRECOGNIZED' }],
      ['a negative enum value', { kind: 'UNRECOGNIZED' }],
    ]);
    expect(
      lossesOf(
        ({ json }) => hexOf(Vector.encode(Vector.fromJSON(json)).finish()),
        ({ hex, hexFromJson = hex }) => hexFromJson,
      ),
    ).toEqual([
      ['a double of -0', ''],
      ['an unknown enum value', '18ffffffffffffffffff01'],
    ]);
  });
});
