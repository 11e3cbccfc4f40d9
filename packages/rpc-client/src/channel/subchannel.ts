import type { LoadReport } from '@example/rpc-core';
import { outsideOfCalls } from '@example/service-kit';
import { credentials, experimental, connectivityState as State } from '@grpc/grpc-js';
import { type Backoff, backoffMs } from '../backoff.ts';
import type { Address, CallConnection, Leaving } from '../connection/call-connection.ts';
import type { LoadSource } from './balancing/load-source.ts';
import { ConnectBackoff } from './connect-backoff.ts';
import { LoadListeners } from './load-listeners.ts';
import type { Member } from './member.ts';
import { type MemberEvents, type OpenOptions, openMember } from './open-member.ts';

type Interface = experimental.SubchannelInterface;

export interface SubchannelOptions extends OpenOptions {
  /** Calls are spread over this many connections. */
  readonly minConnections: number;
  /** The most connections. Further ones are opened only while all others have as many streams as allowed: gRFC A105. */
  readonly maxConnections: number;
  /** The waits between attempts to connect. */
  readonly backoff: Backoff;
  /** How long a connection above `minConnections` may be without calls, in milliseconds. */
  readonly idleMs: number;
  /** Called when waiting calls may find a connection. */
  readonly onRoom: () => void;
}

/** A connection that ends within this time, in milliseconds, makes the next one wait. */
const shortLifeMs = 1_000;

/** All connections to one address, in the form that the balancers of grpc-js use. Connects only on request. */
export class Subchannel implements Interface, LoadSource {
  readonly address: Address;
  readonly #options: SubchannelOptions;
  readonly #backoff: ConnectBackoff;
  readonly #stateListeners = new Set<experimental.ConnectivityStateListener>();
  readonly #healthListeners = new Set<experimental.HealthListener>();
  readonly #loadListeners: LoadListeners;
  #isHealthy = true;
  readonly #onUnused: (subchannel: Subchannel) => void;
  readonly #events: MemberEvents = {
    onRoom: () => this.#options.onRoom(),
    onHealth: () => this.#updateHealth(),
    onLeaving: (member, reason) => this.#onLeaving(member, reason),
    onClose: (member) => this.#leaving.delete(member),
  };
  #members: Member[] = [];
  /** Connections that we or the server have drained, and that still have calls. */
  readonly #leaving = new Set<Member>();
  #state = State.IDLE;
  #attempts = new Set<AbortController>();
  #connectAfterBackoff = false;
  #references = 0;
  #next = 0;
  #keepaliveFactor = 1;
  /** The number of consecutive connections that the server has ended within `shortLifeMs`. */
  #shortLives = 0;
  #lastError = '';

  /** @param onUnused called when no balancer refers to it any more */
  constructor(address: Address, options: SubchannelOptions, onUnused: (subchannel: Subchannel) => void) {
    this.address = address;
    this.#options = options;
    this.#onUnused = onUnused;
    this.#loadListeners = new LoadListeners(options.origin, options.clock);
    this.#backoff = new ConnectBackoff(() => this.#onBackoffEnd(), options.backoff, options.clock);
  }

  // Methods that use the connections.

  /**
   * @returns a connection with room for a stream; undefined if there is none. `onRoom` is called when there may be one
   */
  pick(): CallConnection | undefined {
    const { minConnections, maxConnections } = this.#options;
    const members = this.#members;
    const open = members.length + this.#attempts.size;
    if (open < minConnections && !this.#backoff.isRunning) this.#connectOne();
    for (let tried = 0; tried < members.length; tried++) {
      // Uses the first `minConnections` in turn. Further connections are used only while the first are full, so that
      // they become idle afterwards.
      const at = tried < minConnections ? (this.#next + tried) % Math.min(members.length, minConnections) : tried;
      const member = members[at] as Member;
      if (!member.connection.hasRoom || !member.isHealthy) continue;
      this.#next = at + 1 < minConnections ? at + 1 : 0;
      return member.connection;
    }
    if (members.length > 0 && open < maxConnections && this.#attempts.size === 0 && !this.#backoff.isRunning) {
      this.#connectOne();
    }
    return undefined;
  }

  /** The number of calls under way on the connections that take calls. */
  get calls(): number {
    return this.#members.reduce((sum, { calls }) => sum + calls, 0);
  }

  #connectOne(): void {
    const attempt = new AbortController();
    this.#attempts.add(attempt);
    const { keepalive } = this.#options;
    const intervalMs = keepalive.intervalMs * this.#keepaliveFactor;
    const options = { ...this.#options, keepalive: { ...keepalive, intervalMs } };
    // The connection is opened outside of the context of the current call, because it outlives that call.
    outsideOfCalls(() => openMember(this.address, options, attempt, this.#events)).then(
      (member) => {
        this.#attempts.delete(attempt);
        if (this.#state === State.SHUTDOWN) member.connection.close();
        else this.#onConnected(member);
      },
      (error: unknown) => {
        this.#attempts.delete(attempt);
        if (this.#state !== State.SHUTDOWN) this.#onFailure(error instanceof Error ? error.message : String(error));
      },
    );
  }

  #onConnected(member: Member): void {
    this.#members.push(member);
    this.#updateHealth();
    this.#loadListeners.listenTo(this.#members);
    this.#backoff.reset();
    this.#lastError = '';
    if (this.#state === State.READY) this.#options.onRoom();
    else this.#setState(State.READY);
  }

  #onFailure(message: string): void {
    this.#lastError = `${experimental.subchannelAddressToString(this.address)}: ${message}`;
    if (!this.#backoff.isRunning) this.#backoff.start();
    if (this.#members.length === 0 && this.#attempts.size === 0) this.#setState(State.TRANSIENT_FAILURE);
  }

  #onLeaving(member: Member, { tooManyPings, isGraceful }: Leaving): void {
    if (tooManyPings) this.#keepaliveFactor *= 2;
    const at = this.#members.indexOf(member);
    if (at === -1) return;
    this.#members.splice(at, 1);
    this.#leaving.add(member);
    member.stopWatching();
    this.#loadListeners.listenTo(this.#members);
    if (this.#options.clock.now() - member.openedAt > shortLifeMs) this.#shortLives = 0;
    else this.#shortLives = isGraceful ? 1 : this.#shortLives + 1;
    if (this.#members.length === 0 && this.#attempts.size === 0) this.#setState(State.IDLE);
  }

  /** Checks keepalive and idle connections. @param now by the clock of the channel */
  onTick(now: number): void {
    for (const member of this.#leaving) member.onTick(now);
    const { minConnections, idleMs } = this.#options;
    for (const [at, member] of [...this.#members.entries()]) {
      const unusedMs = member.onTick(now);
      if (at >= minConnections && unusedMs > idleMs) member.drain();
    }
  }

  /** Drains the connections and never connects again. @param isHard closes them at once */
  shutdown(isHard = false): void {
    if (isHard) for (const { connection } of this.#leaving) connection.close();
    if (this.#state === State.SHUTDOWN) return;
    this.#setState(State.SHUTDOWN);
    this.#backoff.reset();
    for (const attempt of this.#attempts) attempt.abort(new Error('the channel is closed'));
    for (const member of this.#members.splice(0)) {
      this.#leaving.add(member);
      if (isHard) member.connection.close();
      else member.drain();
    }
  }

  /** Whether a connection has not closed yet. */
  get hasConnections(): boolean {
    return this.#members.length > 0 || this.#leaving.size > 0;
  }

  // Methods that balancers call.

  getConnectivityState(): State {
    return this.#state;
  }

  startConnecting(): void {
    if (this.#state === State.TRANSIENT_FAILURE) this.#connectAfterBackoff = true;
    if (this.#state !== State.IDLE) return;
    if (this.#backoff.isRunning) {
      this.#connectAfterBackoff = true;
      this.#setState(State.TRANSIENT_FAILURE);
      return;
    }
    this.#setState(State.CONNECTING);
    if (this.#shortLives === 0) {
      this.#connectAll();
      return;
    }
    // A server that closes each connection at once must not cause a busy loop.
    const waitMs = backoffMs(this.#shortLives - 1, { initialMs: 20, maxMs: this.#options.backoff.initialMs });
    this.#options.clock.setTimeout(() => this.#connectAll(), waitMs).unref();
  }

  #connectAll(): void {
    if (this.#state !== State.CONNECTING) return;
    while (this.#attempts.size < this.#options.minConnections) this.#connectOne();
  }

  #onBackoffEnd(): void {
    if (this.#state !== State.TRANSIENT_FAILURE) return;
    this.#setState(State.IDLE);
    if (!this.#connectAfterBackoff) return;
    this.#connectAfterBackoff = false;
    this.startConnecting();
  }

  #setState(state: State): void {
    if (state === this.#state) return;
    const before = this.#state;
    this.#state = state;
    const { intervalMs } = this.#options.keepalive;
    for (const listener of [...this.#stateListeners]) listener(this, before, state, intervalMs, this.#lastError);
  }

  addConnectivityStateListener(listener: experimental.ConnectivityStateListener): void {
    this.#stateListeners.add(listener);
  }

  removeConnectivityStateListener(listener: experimental.ConnectivityStateListener): void {
    this.#stateListeners.delete(listener);
  }

  getAddress(): string {
    return experimental.subchannelAddressToString(this.address);
  }

  ref(): void {
    this.#references += 1;
  }

  unref(): void {
    this.#references -= 1;
    if (this.#references === 0) this.#onUnused(this);
  }

  get isUnused(): boolean {
    return this.#references === 0;
  }

  isHealthy(): boolean {
    return this.#isHealthy;
  }

  #updateHealth(): void {
    const isHealthy = this.#members.length === 0 || this.#members.some((member) => member.isHealthy);
    if (isHealthy && this.#members.length > 0) this.#options.onRoom();
    if (isHealthy === this.#isHealthy) return;
    this.#isHealthy = isHealthy;
    for (const listener of [...this.#healthListeners]) listener(isHealthy);
  }

  getRealSubchannel(): ReturnType<Interface['getRealSubchannel']> {
    // Balancers use it as an identity only.
    return this as never;
  }

  realSubchannelEquals(other: Interface): boolean {
    return (other.getRealSubchannel() as unknown) === this;
  }

  addHealthStateWatcher(listener: experimental.HealthListener): void {
    this.#healthListeners.add(listener);
  }

  removeHealthStateWatcher(listener: experimental.HealthListener): void {
    this.#healthListeners.delete(listener);
  }

  watchLoad(periodMs: number, onReport: (report: LoadReport) => void): () => void {
    return this.#loadListeners.add(periodMs, onReport, this.#members);
  }

  throttleKeepalive(): void {}

  getChannelzRef(): ReturnType<Interface['getChannelzRef']> {
    return { kind: 'subchannel', id: 0, name: this.getAddress() } as ReturnType<Interface['getChannelzRef']>;
  }

  getCallCredentials(): ReturnType<Interface['getCallCredentials']> {
    return credentials.createEmpty();
  }

  addDataWatcher(): never {
    throw new Error('this connection reports its load to policies of this package only');
  }

  getChannel(): never {
    throw new Error('a subchannel has no channel of its own');
  }
}
