import { setImmediate } from 'node:timers/promises';

/** Collects all garbage of this process, if it runs with `--expose-gc`. */
export async function collectGarbage(): Promise<void> {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  // The second collection frees the objects that the first one has finalized.
  await setImmediate();
  gc?.();
}
