// Measures how long protobuf's and JavaScript's own codecs take for a notes.v1.Note.
//
//     encoding.ts SECONDS FILE ...
//
// Each file has a Note as protobuf. For each file, the output has a line of JSON with nanoseconds by codec.
import { readFileSync } from 'node:fs';
import { fromBinary, fromJsonString, toBinary, toJson, toJsonString } from '@bufbuild/protobuf';
import { NoteSchema } from '@example/kit/notes';
import { messageReader, messageWriter } from '@example/message-codec';
import { median } from '../../median.ts';

/** The number of rounds. Every call has a turn in each round, so that a busy machine delays all of them alike. */
const rounds = 20;

/** @returns the median time of each call, in nanoseconds */
function timesOf(calls: readonly (() => unknown)[], seconds: number): number[] {
  const turns = Array.from({ length: rounds }, () => calls.map((call) => repeat(call, (seconds * 1_000) / rounds)));
  return calls.map((_, index) => median(turns.map((times) => times[index] as number)));
}

function repeat(call: () => unknown, ms: number): number {
  const begin = performance.now();
  let calls = 0;
  while (performance.now() - begin < ms) {
    for (let i = 0; i < 10; i++) call();
    calls += 10;
  }
  return ((performance.now() - begin) * 1e6) / calls;
}

const [seconds, ...files] = process.argv.slice(2);
for (const file of files) {
  const binary = readFileSync(file);
  const note = fromBinary(NoteSchema, binary);
  const json = toJsonString(NoteSchema, note);
  const plain = toJson(NoteSchema, note);
  const [read, write] = [messageReader(NoteSchema), messageWriter(NoteSchema)];
  const codecs = {
    'protobuf, ours': [() => write(note), () => read(binary)],
    'protobuf, protobuf-es': [() => toBinary(NoteSchema, note), () => fromBinary(NoteSchema, binary)],
    'ProtoJSON, protobuf-es': [() => toJsonString(NoteSchema, note), () => fromJsonString(NoteSchema, json)],
    JSON: [() => JSON.stringify(plain), () => JSON.parse(json)],
  };
  const calls = Object.values(codecs).flat();
  // V8 compiles the codecs in the first run.
  const [, times = []] = [timesOf(calls, Number(seconds)), timesOf(calls, Number(seconds))];
  const figures = Object.keys(codecs).map((codec) => [codec, { encode: times.shift(), decode: times.shift() }]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`);
}
