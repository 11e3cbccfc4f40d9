import { StoreUnavailableError, withTimeLeft } from '@example/service-kit';
import { expect } from 'vitest';

/** Expects that each use of a stopped store throws StoreUnavailableError, with a deadline of 100 milliseconds. */
export async function expectUnavailable(uses: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  for (const [method, use] of Object.entries(uses)) {
    await expect(
      withTimeLeft(() => 100, use),
      method,
    ).rejects.toThrow(StoreUnavailableError);
  }
}
