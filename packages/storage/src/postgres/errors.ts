import { StoreUnavailableError } from '@example/service-kit';

/** Error codes of postgres.js and Node for a connection that ended or could not be opened. */
const connectionLost = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * Codes with which PostgreSQL ends a connection: on behalf of an administrator, after a crash, or during start or
 * shutdown.
 */
const serverGone = new Set(['57P01', '57P02', '57P03', '57P05']);

/** Serialization failure and deadlock: the transaction was rolled back, and a retry may succeed. */
const rolledBack = new Set(['40001', '40P01']);

/** Classes of server failures (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const unavailableClasses = ['08', '53', '57', '58'];
const readOnly = '25006';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Whether the connection was lost: the outcome of the statement is unknown. */
export function isConnectionLost(error: unknown): boolean {
  return connectionLost.has(codeOf(error)) || serverGone.has(codeOf(error));
}

export function isRolledBack(error: unknown): boolean {
  return rolledBack.has(codeOf(error));
}

/** @returns a StoreUnavailableError if the server failed, not the statement; otherwise the same error */
export function toStoreError(error: unknown): unknown {
  const code = codeOf(error);
  const isUnavailable =
    isConnectionLost(error) ||
    isRolledBack(error) ||
    code === readOnly ||
    unavailableClasses.includes(code.slice(0, 2));
  return isUnavailable ? new StoreUnavailableError(`PostgreSQL: ${(error as Error).message}`, { cause: error }) : error;
}
