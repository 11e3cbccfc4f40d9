import { Code, ConnectError } from '@connectrpc/connect';
import { outsideOfCalls } from '@example/service-kit';
import { experimental, Metadata, connectivityState as State, type status } from '@grpc/grpc-js';
import type { Address, CallConnection, Connect } from '../connection/call-connection.ts';
import type { ConnectionSource, Picked, Waiter } from '../connection/connection-source.ts';
import type { ServiceConfig } from '../service-config.ts';
import { StageClock, type StageTimes, type WaitStage } from '../time-spent/stage-clock.ts';
import { pickInfo } from './balancing/pick-info.ts';
import { readPolicy } from './balancing/read-policy.ts';
import type { HealthTarget } from './health-watch.ts';
import { defaultKeepalive, type KeepaliveOptions } from './keepalive.ts';
import type { Endpoint, Resolver } from './resolving/resolver.ts';
import { Subchannel, type SubchannelOptions } from './subchannel.ts';

export interface ChannelOptions {
  /** Connections to each address that calls are spread over. Default: 1 */
  readonly minConnections?: number | undefined;
  /** Connections to each address, opened while the others are full. Default: 10, and at least `minConnections` */
  readonly maxConnections?: number | undefined;
  /** Milliseconds for an attempt to connect. Default: 20,000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds between attempts to connect to one address: the first, and the longest. Default: 1,000 and 20,000 */
  readonly backoff?: { readonly initialMs: number; readonly maxMs: number } | undefined;
  readonly keepalive?: Partial<KeepaliveOptions> | undefined;
  /**
   * Milliseconds without a call after which the channel closes its connections and asks for no names, until the next
   * call. The default of 180,000 is shorter than the time after which load balancers drop idle connections silently.
   */
  readonly idleMs?: number | undefined;
  /** Connects now, and not with the first call. Default: false */
  readonly eager?: boolean | undefined;
}

const noMetadata = new Metadata();
const tickMs = 250;
const defaultPolicies = [{ least_request_experimental: { choiceCount: 2 } }];

type OnCallEnded = ReturnType<experimental.Picker['pick']>['onCallEnded'];

/** What balancers get for a subchannel: they may wrap it once more. */
class SubchannelHandle extends experimental.BaseSubchannelWrapper {}

/**
 * The connections to the servers of one target. It resolves the target, keeps connections as its policy has it, and
 * gives each attempt of a call one of these. Names, connections and balancing take place only while calls are made.
 */
export class Channel implements ConnectionSource {
  readonly target: string;
  readonly #resolver: Resolver;
  readonly #policy: experimental.TypedLoadBalancingConfig;
  readonly #subchannelOptions: SubchannelOptions;
  readonly #subchannels = new Map<string, Subchannel>();
  /** Shut down, with connections that have calls. */
  readonly #retired = new Set<Subchannel>();
  readonly #idleMs: number;
  #balancer: experimental.ChildLoadBalancerHandler | undefined;
  #picker: experimental.Picker | undefined;
  #state = State.IDLE;
  #resolutionError: string | undefined;
  #waiters: Waiter[] = [];
  #isServing = false;
  readonly #clock = new StageClock();
  #timer: NodeJS.Timeout | undefined;
  #calls = 0;
  #callsAtTick = 0;
  #usedAt = 0;
  #isClosed = false;

  /**
   * @param target for errors
   * @param health undefined: servers count as healthy
   * @throws {TypeError} for a balancing policy that is unknown
   */
  constructor(
    target: string,
    resolver: Resolver,
    connect: Connect,
    { loadBalancingConfig }: Pick<ServiceConfig, 'loadBalancingConfig'>,
    options: ChannelOptions,
    health?: HealthTarget,
  ) {
    this.target = target;
    this.#resolver = resolver;
    this.#policy = readPolicy(loadBalancingConfig ?? defaultPolicies);
    const { minConnections = 1, maxConnections = 10 } = options;
    this.#subchannelOptions = {
      connect,
      minConnections,
      maxConnections: Math.max(minConnections, maxConnections),
      connectTimeoutMs: options.connectTimeoutMs ?? 20_000,
      backoff: options.backoff ?? { initialMs: 1_000, maxMs: 20_000 },
      keepalive: { ...defaultKeepalive, ...options.keepalive },
      health,
      idleMs: 30_000,
      onRoom: () => this.#serveWaiters(),
    };
    this.#idleMs = options.idleMs ?? 180_000;
    if (options.eager === true) this.#wake();
  }

  /** @returns undefined if the attempt has to wait, or cannot be made: `wait` reports which */
  pick(isStream = false): Picked | undefined {
    this.#calls += 1;
    if (this.#waiters.length > 0) return undefined;
    const picked = this.#tryPick(isStream);
    return picked instanceof Error ? undefined : picked;
  }

  /** Gives the attempt a connection as soon as there is one. May call its methods at once. */
  wait(waiter: Waiter): void {
    if (this.#isClosed) waiter.onUnavailable(closed());
    else {
      this.#wake();
      this.#waiters.push(waiter);
      // The process stays while a call waits, even if nothing else keeps it.
      this.#timer?.ref();
      this.#serveWaiters();
    }
  }

  /** How long attempts have had to wait for what. */
  get stageTimes(): StageTimes {
    return this.#clock.times();
  }

  /** Attempts that wait fail with UNAVAILABLE; calls on connections go on. @param isHard ends these too */
  close(isHard = false): void {
    const isFirst = !this.#isClosed;
    this.#isClosed = true;
    this.#sleep(isHard);
    if (!isFirst) return;
    for (const waiter of this.#waiters.splice(0)) if (!waiter.isDone) waiter.onUnavailable(closed());
  }

  #tryPick(isStream: boolean): Picked | Error | undefined {
    if (this.#picker === undefined) {
      return this.#resolutionError === undefined ? undefined : new Error(this.#resolutionError);
    }
    const result = this.#picker.pick(pickInfo(isStream));
    switch (result.pickResultType) {
      case experimental.PickResultType.COMPLETE: {
        const subchannel = result.subchannel?.getRealSubchannel() as unknown as Subchannel | undefined;
        const connection = subchannel?.pick();
        if (connection === undefined) return undefined;
        result.onCallStarted?.();
        return new PickedConnection(connection, result.onCallEnded);
      }
      case experimental.PickResultType.QUEUE:
        return undefined;
      default:
        return new Error(result.status?.details);
    }
  }

  /** First come, first served: as long as there are connections with room. */
  #serveWaiters(): void {
    // A waiter may open a stream, which may make another one wait.
    if (this.#isServing) return;
    this.#isServing = true;
    const waiters = this.#waiters;
    let served = 0;
    const kept: Waiter[] = [];
    for (; served < waiters.length; served++) {
      const waiter = waiters[served] as Waiter;
      if (waiter.isDone) continue;
      const picked = this.#tryPick(waiter.isStream);
      if (picked === undefined) break;
      if (!(picked instanceof Error)) waiter.onPicked(picked);
      else if (waiter.waitForReady) kept.push(waiter);
      else waiter.onUnavailable(new ConnectError(`${this.target}: ${picked.message}`, Code.Unavailable));
    }
    this.#keepWaiters([...kept, ...waiters.slice(served)]);
    this.#isServing = false;
  }

  #keepWaiters(waiters: Waiter[]): void {
    this.#waiters = waiters;
    if (waiters.length === 0) this.#timer?.unref();
  }

  // Its life.

  #wake(): void {
    this.#usedAt = performance.now();
    if (this.#balancer === undefined && !this.#isClosed) outsideOfCalls(() => this.#start());
  }

  #start(): void {
    const balancer = new experimental.ChildLoadBalancerHandler({
      createSubchannel: (address) => new SubchannelHandle(this.#subchannelTo(address as Address)),
      updateState: (state, picker) => {
        if (this.#balancer !== balancer) return;
        this.#state = state;
        this.#picker = picker;
        this.#clock.enter(stageOf(state));
        // A policy may still be about to change more.
        process.nextTick(() => this.#serveWaiters());
      },
      requestReresolution: () => this.#resolver.refresh(),
      addChannelzChild: () => {},
      removeChannelzChild: () => {},
    });
    this.#balancer = balancer;
    this.#timer ??= setInterval(() => this.#onTick(), tickMs).unref();
    this.#resolver.start({
      onEndpoints: (endpoints) => this.#onEndpoints(endpoints),
      onError: (message) => {
        this.#resolutionError = message;
        this.#serveWaiters();
      },
    });
  }

  #onEndpoints(endpoints: readonly Endpoint[]): void {
    this.#resolutionError = undefined;
    const list = experimental.statusOrFromValue(endpoints as experimental.Endpoint[]);
    this.#balancer?.updateAddressList(list, this.#policy, {}, '');
    if (this.#state === State.IDLE) this.#balancer?.exitIdle();
  }

  #subchannelTo(address: Address): Subchannel {
    const key = experimental.subchannelAddressToString(address);
    let subchannel = this.#subchannels.get(key);
    if (subchannel === undefined) {
      subchannel = new Subchannel(address, this.#subchannelOptions, (unused) => {
        // Policies release all subchannels before they take those of a new list.
        setImmediate(() => {
          if (!unused.isUnused) return;
          if (this.#subchannels.get(key) === unused) this.#retire(key, unused, false);
        });
      });
      this.#subchannels.set(key, subchannel);
    }
    return subchannel;
  }

  #onTick(): void {
    const now = performance.now();
    for (const subchannel of this.#subchannels.values()) subchannel.onTick(now);
    for (const subchannel of this.#retired) {
      subchannel.onTick(now);
      if (!subchannel.hasConnections) this.#retired.delete(subchannel);
    }
    if (this.#balancer === undefined) {
      if (this.#retired.size === 0) this.#stopTimer();
      return;
    }
    this.#keepWaiters(this.#waiters.filter(({ isDone }) => !isDone));
    const isUsed = this.#calls !== this.#callsAtTick || this.#waiters.length > 0 || this.#openCalls > 0;
    this.#callsAtTick = this.#calls;
    if (isUsed) this.#usedAt = now;
    else if (now - this.#usedAt > this.#idleMs) this.#sleep(false);
  }

  get #openCalls(): number {
    let sum = 0;
    for (const { calls } of this.#subchannels.values()) sum += calls;
    return sum;
  }

  /** Ends all connections and everything that runs, until the next call. */
  #sleep(isHard: boolean): void {
    this.#resolver.stop();
    const balancer = this.#balancer;
    this.#balancer = undefined;
    this.#picker = undefined;
    this.#state = State.IDLE;
    this.#resolutionError = undefined;
    this.#clock.enter('resolving');
    balancer?.destroy();
    for (const [key, subchannel] of this.#subchannels) this.#retire(key, subchannel, isHard);
    if (isHard) for (const subchannel of this.#retired) subchannel.shutdown(true);
  }

  #retire(key: string, subchannel: Subchannel, isHard: boolean): void {
    this.#subchannels.delete(key);
    this.#retired.add(subchannel);
    subchannel.shutdown(isHard);
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

class PickedConnection implements Picked {
  readonly connection: CallConnection;
  readonly #onCallEnded: OnCallEnded;

  constructor(connection: CallConnection, onCallEnded: OnCallEnded) {
    this.connection = connection;
    this.#onCallEnded = onCallEnded;
  }

  onEnd(code: Code | undefined): void {
    this.#onCallEnded?.((code ?? 0) as number as status, '', noMetadata);
  }
}

function stageOf(state: State): WaitStage {
  switch (state) {
    case State.READY:
      return 'stream';
    case State.TRANSIENT_FAILURE:
      return 'picking';
    default:
      return 'connecting';
  }
}

function closed(): ConnectError {
  return new ConnectError('the channel is closed', Code.Unavailable);
}
