import { StoreUnavailableError } from '@example/service-kit';

/** What postgres.js says when a connection ends, or cannot be had. */
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

/** PostgreSQL ends a connection with these: by an administrator, after a crash, while it starts or shuts down. */
const serverGone = new Set(['57P01', '57P02', '57P03', '57P05']);

/** It has rolled back, and the same again may succeed: a serialization failure, a deadlock. */
const rolledBack = new Set(['40001', '40P01']);

/** Classes (https://www.postgresql.org/docs/current/errcodes-appendix.html) that say the server, not the statement, is at fault. */
const unavailableClasses = ['08', '53', '57', '58'];
const readOnly = '25006';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Nobody knows what has become of what was asked for. */
export function isConnectionLost(error: unknown): boolean {
  return connectionLost.has(codeOf(error)) || serverGone.has(codeOf(error));
}

export function isRolledBack(error: unknown): boolean {
  return rolledBack.has(codeOf(error));
}

/** @returns a StoreUnavailableError when the server is at fault, else the error itself */
export function named(error: unknown): unknown {
  const code = codeOf(error);
  const isUnavailable =
    isConnectionLost(error) ||
    isRolledBack(error) ||
    code === readOnly ||
    unavailableClasses.includes(code.slice(0, 2));
  return isUnavailable ? new StoreUnavailableError(`PostgreSQL: ${(error as Error).message}`, { cause: error }) : error;
}
