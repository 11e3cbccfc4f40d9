import type { Health } from './health.ts';

/**
 * Asks again and again whether what the services stand on is ready, and says so to `health`.
 *
 * @param isReady false, or a rejection, is not ready
 * @param intervalMs between two questions, in milliseconds
 * @returns what ends it
 */
export function followReadiness(health: Health, isReady: () => Promise<boolean>, intervalMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const ask = async () => {
    health.setServing(await isReady().catch(() => false));
    if (!isStopped) timer = setTimeout(ask, intervalMs);
  };
  void ask();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
