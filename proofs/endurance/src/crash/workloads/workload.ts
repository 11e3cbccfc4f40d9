import { setTimeout } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';

/** The comparison of acknowledged writes with stored ones. */
export interface Findings {
  readonly acknowledged: number;
  /** Acknowledged, but not stored. */
  readonly lost: number;
  /** Stored more than once. */
  readonly doubled: number;
  /** Stored with values that differ from the request. */
  readonly broken: number;
}

/** Clients that write, and remember the acknowledged writes. */
export interface Workload {
  readonly name: string;
  /** Writes until `isOver` returns true, and waits for the acknowledgement of pending writes. */
  work(isOver: () => boolean): Promise<void>;
  check(): Promise<Findings>;
}

/** The codes of wrong requests, which no workload sends. */
const fatalCodes = new Set([
  Code.InvalidArgument,
  Code.AlreadyExists,
  Code.FailedPrecondition,
  Code.NotFound,
  Code.PermissionDenied,
  Code.Unimplemented,
  Code.Internal,
  Code.DataLoss,
]);

const pauseMs = 10;

/** Repeats a call until it succeeds, as clients of a killed server do. @throws an error with one of `fatalCodes` */
export async function untilAcknowledged<T>(call: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await call();
    } catch (error) {
      const { code } = ConnectError.from(error);
      if (fatalCodes.has(code) && !isBrokenConnection(error)) throw error;
      await setTimeout(pauseMs);
    }
  }
}

/** Connect's client reports INTERNAL when a connection breaks within a frame. */
function isBrokenConnection(error: unknown): boolean {
  const { code, cause, rawMessage } = ConnectError.from(error);
  return code === Code.Internal && (cause !== undefined || !rawMessage.startsWith('internal error'));
}

export function compare(acknowledged: ReadonlySet<string>, stored: readonly string[], broken = 0): Findings {
  const once = new Set(stored);
  return {
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((key) => !once.has(key)).length,
    doubled: stored.length - once.size,
    broken: broken + [...once].filter((key) => !acknowledged.has(key)).length,
  };
}
