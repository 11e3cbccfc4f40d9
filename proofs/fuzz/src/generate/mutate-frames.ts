import type { RawFrame } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import { encodeFrame } from './encode-frame.ts';

/** A frame, and its wrong length field if it has one. */
interface LooseFrame {
  frame: RawFrame;
  length?: number;
}

type Mutation = (frames: LooseFrame[], at: number, random: Random) => void;

const change = (frames: LooseFrame[], at: number, changes: Partial<RawFrame>) => {
  const loose = frames[at] as LooseFrame;
  loose.frame = { ...loose.frame, ...changes };
};
const payloadAt = (frames: LooseFrame[], at: number) => (frames[at] as LooseFrame).frame.payload;

const mutations: readonly Mutation[] = [
  (frames, at, random) => change(frames, at, { type: random.between(0, 12) }),
  (frames, at, random) => change(frames, at, { flags: random.between(0, 255) }),
  (frames, at, random) =>
    change(frames, at, { flags: (frames[at] as LooseFrame).frame.flags ^ (1 << random.between(0, 7)) }),
  (frames, at, random) => change(frames, at, { streamId: random.chance(0.8) ? random.between(0, 20) : 0xffffffff }),
  (frames, at, random) => {
    const payload = Buffer.from(payloadAt(frames, at));
    if (payload.length === 0) return;
    const place = random.between(0, payload.length - 1);
    payload[place] = (payload[place] as number) ^ (1 << random.between(0, 7));
    change(frames, at, { payload });
  },
  (frames, at, random) => {
    const payload = payloadAt(frames, at);
    change(frames, at, { payload: payload.subarray(0, random.between(0, payload.length)) });
  },
  (frames, at, random) => {
    change(frames, at, { payload: Buffer.concat([payloadAt(frames, at), random.bytes(random.between(1, 40))]) });
  },
  (frames, at, random) => change(frames, at, { payload: random.bytes(random.between(0, 60)) }),
  (frames, at, random) => {
    (frames[at] as LooseFrame).length = random.chance(0.8)
      ? Math.max(0, payloadAt(frames, at).length + random.between(-12, 12))
      : random.between(0, 2 ** 24 - 1);
  },
  (frames, at, random) =>
    frames.splice(at, 0, ...Array.from({ length: random.between(1, 3) }, () => ({ ...(frames[at] as LooseFrame) }))),
  (frames, at, random) => {
    if (frames.length > 2) frames.splice(at, random.between(1, 2));
  },
  (frames, at, random) => frames.splice(random.between(0, frames.length - 1), 0, ...frames.splice(at, 1)),
  (frames, at, random) => frames.splice(at, 0, { frame: randomFrame(random) }),
];

/** Encodes the frames of a valid connection with a few random changes. */
export function mutatedFrames(frames: readonly RawFrame[], random: Random): Buffer[] {
  const loose: LooseFrame[] = frames.map((frame) => ({ frame }));
  for (let left = random.between(1, 5); left > 0 && loose.length > 0; left--) {
    random.pick(mutations)(loose, random.between(0, loose.length - 1), random);
  }
  return loose.map(({ frame, length }) => encodeFrame(frame, length));
}

export function cutShort(piece: Buffer, random: Random): Buffer {
  return piece.subarray(0, random.between(0, piece.length));
}

export function randomFrame(random: Random): RawFrame {
  return {
    type: random.between(0, 10),
    flags: random.between(0, 255),
    streamId: random.chance(0.3) ? 0 : random.between(0, 12),
    payload: random.bytes(
      random.pick([0, 4, 4, 5, 6, 8, 8, 12, random.between(0, 100), random.chance(0.05) ? 16_384 : 1]),
    ),
  };
}
