import type { Health } from './health.ts';

/**
 * Checks readiness at an interval, and sets the health.
 *
 * @param isReady false, a rejection, or no result before the next check means NOT_SERVING
 * @param intervalMs in milliseconds
 * @returns a function that stops the checks
 */
export function followReadiness(health: Health, isReady: () => Promise<boolean>, intervalMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const check = async () => await isReady();
  const follow = async () => {
    while (!isStopped) {
      const nextCheck = new Promise<false>((resolve) => {
        timer = setTimeout(resolve, intervalMs, false);
      });
      health.setServing(await Promise.race([check().catch(() => false), nextCheck]));
      await nextCheck;
    }
  };
  void follow();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
