import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, toBinary, toJsonString } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type Note, NoteSchema, NoteStatus } from '@example/kit/notes';
import { outputOf } from '@example/kit/programs';
import { median, medianRatio } from '../median.ts';
import { loadCore, pinned } from '../server/cores.ts';
import { encodingPrograms } from '../server/peers.ts';

/** One message, encoded in one form. */
interface EncodedAs {
  readonly message: string;
  readonly codec: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** One codec in one language, for one message. */
interface CodecTimes {
  readonly language: string;
  readonly message: string;
  readonly codec: string;
  readonly encode: Timed;
  readonly decode: Timed;
}

interface Timed {
  /** The median of all rounds, in nanoseconds. */
  readonly ns: number;
  /** The ratio to the time of the language's own JSON. */
  readonly toJson: number;
}

export interface EncodingFigures {
  readonly sizes: readonly EncodedAs[];
  readonly times: readonly CodecTimes[];
}

/** The part of a turn in which one figure is measured. A message has six or eight figures. */
const shareOfTurn = 0.1;

const lineCounts = { 'a note of 1 line': 1, 'a note of 1,000 lines': 1_000 };

function noteOf(lineCount: number): Note {
  const lines = Array.from({ length: lineCount }, (_, index) => ({
    text: `the line ${1_000 + index}`,
    indent: (index % 9) + 1,
    width: Math.round((index * 37.37) % 10_000) / 100,
  }));
  return create(NoteSchema, {
    id: '01a1fc77-8326-7349-b947-52d19761f6a4',
    authorName: 'Aoife',
    lines,
    width: 4_711.5,
    status: NoteStatus.PUBLISHED,
    createTime: timestampFromMs(1_764_500_000_000),
  });
}

/** The output of a program for one message: nanoseconds by codec. */
type Printed = Readonly<Record<string, { readonly encode: number; readonly decode: number }>>;

/**
 * Measures protobuf beside JSON, in three languages. ProtoJSON is the JSON of generated messages. JSON is the
 * language's own conversion of plain objects, without a schema. Each round has a new process of each language, because
 * a process compiles and lays out its code in its own way.
 *
 * @param seconds the approximate length of a turn for each message
 * @param isWanted whether to measure this language
 * @throws {ToolchainMissingError} when Go or Python is missing
 */
export async function measureEncoding(
  rounds: number,
  seconds: number,
  isWanted: (language: string) => boolean,
): Promise<EncodingFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'encoding-'));
  try {
    const names = Object.keys(lineCounts);
    const notes = Object.values(lineCounts).map(noteOf);
    const files = notes.map((note, index) => {
      const file = join(folder, `${index}.bin`);
      writeFileSync(file, toBinary(NoteSchema, note));
      return file;
    });
    const programs = [];
    for (const [language, command] of Object.entries(encodingPrograms)) {
      if (isWanted(language)) programs.push({ language, ...(await command()), printed: [] as Printed[][] });
    }
    for (let round = 0; round < rounds; round++) {
      for (const { file, args, env = {}, printed } of programs) {
        const all = [...args, `${seconds * shareOfTurn}`, ...files];
        const output = await outputOf(...pinned(loadCore, file, all), { env });
        printed.push(
          output
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line)),
        );
      }
    }
    const times = programs.flatMap(({ language, printed }) =>
      names.flatMap((message, index) => {
        const ofMessage = printed.map((lines) => lines[index] as Printed);
        return Object.keys(ofMessage[0] ?? {}).map((codec) => ({
          language,
          message,
          codec,
          ...timed(ofMessage, codec),
        }));
      }),
    );
    return { sizes: notes.flatMap((note, index) => sizesOf(names[index] as string, note)), times };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function timed(printed: readonly Printed[], codec: string): Pick<CodecTimes, 'encode' | 'decode'> {
  const of = (part: 'encode' | 'decode'): Timed => {
    const times = (name: string) => printed.map((codecs) => codecs[name]?.[part] ?? Number.NaN);
    return { ns: median(times(codec)), toJson: medianRatio(times(codec), times('JSON')) };
  };
  return { encode: of('encode'), decode: of('decode') };
}

function sizesOf(message: string, note: Note): EncodedAs[] {
  const forms = { protobuf: toBinary(NoteSchema, note), JSON: Buffer.from(toJsonString(NoteSchema, note)) };
  return Object.entries(forms).map(([codec, bytes]) => ({
    message,
    codec,
    bytes: bytes.length,
    gzipBytes: gzipSync(bytes).length,
  }));
}
