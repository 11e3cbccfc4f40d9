import type { Address, Connect, Leaving } from '../connection/call-connection.ts';
import { Member, type MemberOptions } from './member.ts';

export interface OpenOptions extends MemberOptions {
  readonly connect: Connect;
  /** The timeout of an attempt to connect, in milliseconds. */
  readonly connectTimeoutMs: number;
}

/** The events of an open connection. */
export interface MemberEvents {
  onRoom(): void;
  onHealth(): void;
  onLeaving(member: Member, reason: Leaving): void;
  onClose(member: Member): void;
}

/**
 * Opens a connection. If its health is watched, the promise resolves when the health is known.
 *
 * @param attempt ends the attempt to connect, when the caller aborts it or after the timeout
 * @throws {Error} with a message that names the cause
 */
export async function openMember(
  address: Address,
  options: OpenOptions,
  attempt: AbortController,
  events: MemberEvents,
): Promise<Member> {
  const { connect, connectTimeoutMs, clock } = options;
  const { signal } = attempt;
  const timer = clock.setTimeout(
    () => attempt.abort(new Error(`no connection within ${connectTimeoutMs} ms`)),
    connectTimeoutMs,
  );
  let member: Member | undefined;
  let hasLeft = false;
  try {
    const connection = await connect(
      address,
      {
        onRoom: () => events.onRoom(),
        onLeaving: (reason) => {
          hasLeft = true;
          if (member !== undefined) events.onLeaving(member, reason);
        },
        onClose: () => {
          if (member !== undefined) events.onClose(member);
        },
      },
      signal,
    );
    const known = Promise.withResolvers<void>();
    member = new Member(connection, options, () => {
      known.resolve();
      events.onHealth();
    });
    if (member.watchesHealth && !signal.aborted) {
      signal.addEventListener('abort', () => known.resolve());
      await known.promise;
    }
    signal.throwIfAborted();
    if (hasLeft) throw new Error('the server closed the connection at once');
    return member;
  } catch (error) {
    member?.stopWatching();
    member?.connection.close();
    throw error;
  } finally {
    clock.clear(timer);
  }
}
