import { setTimeout } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';

/** What a workload found when it compared what clients were told with what is stored. */
export interface Findings {
  readonly acknowledged: number;
  /** Acknowledged, and not stored. */
  readonly lost: number;
  /** Stored more than once. */
  readonly doubled: number;
  /** Stored, and not as it was asked for. */
  readonly broken: number;
}

/** Clients that write, and know what they were told. */
export interface Workload {
  readonly name: string;
  /** Writes something, and goes on until it is told to stop; what is under way then is acknowledged. */
  work(isOver: () => boolean): Promise<void>;
  check(): Promise<Findings>;
}

/** These say that the request is at fault: in this workload none is. */
const wrong = new Set([
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

/** Does the same again until it is answered, as clients do whose server was killed. @throws an error that says the request is wrong */
export async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await call();
    } catch (error) {
      const { code } = ConnectError.from(error);
      if (wrong.has(code) && !isBrokenConnection(error)) throw error;
      await setTimeout(pauseMs);
    }
  }
}

/** A connection that broke in the middle of a frame is INTERNAL to Connect's client. */
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
