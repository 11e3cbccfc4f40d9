import { Code, ConnectError } from '@connectrpc/connect';
import { QueryClient } from '@tanstack/react-query';
import { retryDelayMs } from '../errors/explain-error.ts';
import { session } from '../session/session.ts';

const mostRetries = 2;
/** The longest wait before an automatic retry, in milliseconds. */
const longestDelayMs = 5_000;

/** Repeats reads if that can help. Writes are repeated only by the user, which the request id makes safe. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < mostRetries && delayMs(failures, error) !== undefined,
      retryDelay: (failures, error) => delayMs(failures, error) ?? 0,
      refetchOnWindowFocus: false,
      staleTime: 1_000,
      networkMode: 'always',
    },
    // By default a call would wait silently while the browser assumes that it is offline.
    mutations: { networkMode: 'always' },
  },
});

session.subscribe(() => queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'dev-accounts' }));

/** @returns undefined when a repetition would fail again */
function delayMs(failures: number, reason: unknown): number | undefined {
  const error = ConnectError.from(reason);
  if (error.code === Code.Unavailable) return retryDelayMs(error) ?? 200 * 2 ** failures;
  const delay = error.code === Code.ResourceExhausted ? retryDelayMs(error) : undefined;
  return delay !== undefined && delay <= longestDelayMs ? delay : undefined;
}
