import type { Check } from './checks.ts';
import type { Play, Server } from './real-client.ts';

/** Plays the checks, each of which says by an error what went wrong. */
export async function playEach(
  { checks }: Server,
  onPlayed: Parameters<Play>[1],
  play: (check: Check) => Promise<void>,
): Promise<void> {
  for (const check of checks) {
    const error = await play(check).then(
      () => undefined,
      (reason: unknown) => String(reason),
    );
    onPlayed(check.name, error);
  }
}
