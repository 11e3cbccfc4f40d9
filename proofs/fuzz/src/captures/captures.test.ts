import { Random } from '@example/kit/random';
import { expect, it } from 'vitest';
import { caseOfFrames } from '../cases/fuzz-case.ts';
import { Flag, FrameType, loadEngine } from '../engine.ts';
import { MemoryLink } from '../run/memory-link.ts';
import { runCase } from '../run/run-case.ts';
import { ServerOutput } from '../run/server-output.ts';
import { captures } from './captures.ts';

it.each(captures)('$client is answered', async ({ client, frames }) => {
  const output = new ServerOutput();
  const link = new MemoryLink(false);
  const { socket } = link;
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, done) => {
    output.push(Buffer.from(chunk));
    write(chunk, encoding, done);
  };
  const random = new Random(1);
  expect(await runCase(await loadEngine(), caseOfFrames(frames, random, { name: client }), link)).toEqual([]);
  const ended = frames.filter(({ type, flags }) => type <= FrameType.HEADERS && (flags & Flag.END_STREAM) !== 0);
  expect([...output.responses.keys()].sort()).toEqual(ended.map(({ streamId }) => streamId).sort());
  expect(output.goaway ?? 0).toBe(0);
  expect(output.resets).toEqual(new Map());
});
