import type { Health } from './health.ts';

/**
 * Asks again and again whether what the services stand on is ready, and says so to `health`.
 *
 * @param isReady false, a rejection, or no answer until the next question is not ready
 * @param intervalMs between two questions, in milliseconds
 * @returns what ends it
 */
export function followReadiness(health: Health, isReady: () => Promise<boolean>, intervalMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const answer = async () => await isReady();
  const follow = async () => {
    while (!isStopped) {
      const nextQuestion = new Promise<false>((resolve) => {
        timer = setTimeout(resolve, intervalMs, false);
      });
      health.setServing(await Promise.race([answer().catch(() => false), nextQuestion]));
      await nextQuestion;
    }
  };
  void follow();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
