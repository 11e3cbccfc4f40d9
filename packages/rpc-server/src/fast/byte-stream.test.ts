import { describe, expect, it } from 'vitest';
import { ByteStream } from './byte-stream.ts';

function create() {
  const told = { consumed: 0, readAhead: 0, discarded: 0 };
  const bytes = new ByteStream({
    consume(count) {
      told.consumed += count;
    },
    readAhead() {
      told.readAhead += 1;
    },
    discard() {
      told.discarded += 1;
    },
  });
  return { bytes, told };
}

const chunk = Buffer.from('0123456789');

describe('ByteStream', () => {
  it('gives all that waits at once, and what comes', async () => {
    const { bytes, told } = create();
    for (let i = 0; i < 5; i++) bytes.push(chunk, i, i + 1);
    expect(told.consumed).toBe(0);
    expect(`${Buffer.from((await bytes.next()).value ?? [])}`).toBe('01234');
    expect(told).toEqual({ consumed: 5, readAhead: 0, discarded: 0 });
    const next = bytes.next();
    bytes.push(chunk, 5, 6);
    bytes.push(chunk, 6, 10);
    bytes.end();
    expect(`${Buffer.from((await next).value ?? [])}`).toBe('56789');
    expect(await bytes.next()).toEqual({ done: true, value: undefined });
  });

  it('counts what its reader keeps', async () => {
    const { bytes, told } = create();
    bytes.isKept = true;
    bytes.push(chunk, 0, 10);
    await bytes.next();
    expect(told).toEqual({ consumed: 0, readAhead: 1, discarded: 0 });
  });

  it('wants no more when its reader has left', async () => {
    const { bytes, told } = create();
    bytes.push(chunk, 0, 10);
    await bytes.return();
    expect(told).toEqual({ consumed: 0, readAhead: 0, discarded: 1 });
    expect(await bytes.next()).toEqual({ done: true, value: undefined });
  });

  it('ends with the reason, after what came before it', async () => {
    const { bytes } = create();
    bytes.push(chunk, 0, 1);
    bytes.interrupt(new Error('gone'));
    expect(await bytes.next()).toMatchObject({ done: false });
    await expect(bytes.next()).rejects.toThrow('gone');
  });
});
