import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Interruption } from './interruption.ts';

const never = new Promise<never>(() => {});

describe('Interruption', () => {
  it('settles like the work', async () => {
    const interruption = new Interruption();
    await expect(interruption.waitFor(Promise.resolve(1))).resolves.toBe(1);
    await expect(interruption.waitFor(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('rejects what waits, and what waits later, with the first reason', async () => {
    const interruption = new Interruption();
    const waiting = [interruption.waitFor(never), interruption.waitFor(never)];
    interruption.interrupt(new Error('first'));
    interruption.interrupt(new Error('second'));
    for (const wait of [...waiting, interruption.waitFor(never), interruption.waitFor(Promise.resolve(1))]) {
      await expect(wait).rejects.toThrow('first');
    }
  });

  it('keeps nothing of what it waited for', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const interruption = new Interruption();
    const waitOnce = async () => new WeakRef(await interruption.waitFor(Promise.resolve({})));
    const value = await waitOnce();
    await new Promise(setImmediate);
    collectGarbage();
    expect(value.deref()).toBeUndefined();
    interruption.interrupt(new Error('the end'));
  });
});
