import type { Logger } from 'pino';
import type { Health } from './health.ts';

/**
 * Checks readiness at an interval, sets the health, and logs each change with its reason.
 *
 * @param isReady false, a rejection, or no result before the next check means NOT_SERVING
 * @param intervalMs in milliseconds
 * @returns a function that stops the checks
 */
export function followReadiness(
  health: Health,
  isReady: () => Promise<boolean>,
  intervalMs: number,
  logger: Logger,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let wasReady = true;
  const check = async () => {
    if (!(await isReady())) throw new Error('the service is not ready');
  };
  const set = (ready: boolean, reason?: unknown) => {
    health.setServing(ready);
    if (ready === wasReady || isStopped) return;
    wasReady = ready;
    if (ready) logger.info('the service is ready again');
    else logger.error({ err: reason }, 'the service is not ready: health reports NOT_SERVING');
  };
  const follow = async () => {
    while (!isStopped) {
      const isDue = Promise.withResolvers<void>();
      timer = setTimeout(isDue.resolve, intervalMs);
      const late = isDue.promise.then(() => {
        throw new Error(`the readiness check took longer than ${intervalMs} ms`);
      });
      await Promise.race([check(), late]).then(
        () => set(true),
        (reason: unknown) => set(false, reason),
      );
      await isDue.promise;
    }
  };
  void follow();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
