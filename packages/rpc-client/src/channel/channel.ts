import { Code, ConnectError } from '@connectrpc/connect';
import { type Clock, type ClockTimer, systemClock } from '@example/rpc-core';
import { outsideOfCalls } from '@example/service-kit';
import { experimental, connectivityState as State } from '@grpc/grpc-js';
import type { Backoff } from '../backoff.ts';
import type { Address, Connect } from '../connection/call-connection.ts';
import type { ConnectionSource, Picked, Waiter } from '../connection/connection-source.ts';
import { defaultConnectTimeoutMs } from '../connection/connector.ts';
import type { ServiceConfig } from '../service-config.ts';
import { StageClock, type StageTimes, type WaitStage } from '../time-spent/stage-clock.ts';
import { clockKey } from './balancing/endpoint-balancer.ts';
import { pickInfo } from './balancing/pick-info.ts';
import { readPolicy } from './balancing/read-policy.ts';
import { defaultKeepalive, type KeepaliveOptions } from './keepalive.ts';
import { PickedConnection } from './picked-connection.ts';
import type { Endpoint, Resolver, Routing } from './resolving/resolver.ts';
import type { Origin } from './server-watch.ts';
import { Subchannel, type SubchannelOptions } from './subchannel.ts';

export interface ChannelOptions {
  /** Calls are spread over this many connections to each address. Default: 1 */
  readonly minConnections?: number | undefined;
  /**
   * The most connections to each address, opened while the others are full. Default: 10, and at least `minConnections`
   */
  readonly maxConnections?: number | undefined;
  /** The timeout of an attempt to connect, in milliseconds. Default: 20,000 */
  readonly connectTimeoutMs?: number | undefined;
  /** The waits between attempts to connect to one address. Default: `{ initialMs: 1_000, maxMs: 20_000 }` */
  readonly backoff?: Backoff | undefined;
  readonly keepalive?: Partial<KeepaliveOptions> | undefined;
  /**
   * Milliseconds without a call after which the channel closes its connections and stops resolving names, until the
   * next call. The default of 180,000 is shorter than the time after which load balancers drop idle connections
   * silently.
   */
  readonly idleMs?: number | undefined;
  /** Connects at once instead of with the first call. Default: false */
  readonly eager?: boolean | undefined;
  /** A clock for tests: `createFakeClock` of `@example/rpc-client/testing`. Default: the clock of this machine */
  readonly clock?: Clock | undefined;
}

const tickMs = 250;
/** The most picks for one attempt that avoids servers. */
const maxPicks = 10;
const defaultPolicies = [{ least_request_experimental: { choiceCount: 2 } }];

/** The object that represents a subchannel for balancers, which may wrap this object again. */
class SubchannelHandle extends experimental.BaseSubchannelWrapper {}

/**
 * A channel has the connections to the servers of one target. It resolves the target, keeps the connections that its
 * balancing policy wants, and gives one of them to each attempt of a call. While no calls are made, it neither resolves
 * nor connects.
 */
export class Channel implements ConnectionSource {
  readonly target: string;
  readonly #resolver: Resolver;
  readonly #policy: experimental.TypedLoadBalancingConfig;
  readonly #subchannelOptions: SubchannelOptions;
  readonly #subchannels = new Map<string, Subchannel>();
  /** Subchannels that have been shut down, but whose connections still have calls. */
  readonly #retired = new Set<Subchannel>();
  readonly #idleMs: number;
  #balancer: experimental.ChildLoadBalancerHandler | undefined;
  #picker: experimental.Picker | undefined;
  #state = State.IDLE;
  #resolutionError: string | undefined;
  #routing: Routing | undefined;
  #waiters: Waiter[] = [];
  #isServing = false;
  readonly #clock: Clock;
  readonly #stages: StageClock;
  #timer: ClockTimer | undefined;
  #calls = 0;
  #callsAtTick = 0;
  #usedAt = 0;
  #isClosed = false;

  /**
   * @param target the target, for the texts of errors
   * @param origin the origin for calls that the channel itself makes, such as those that watch the health of servers
   * @throws {TypeError} for a balancing policy that is unknown
   */
  constructor(
    target: string,
    resolver: Resolver,
    connect: Connect,
    { loadBalancingConfig, healthService }: Pick<ServiceConfig, 'loadBalancingConfig' | 'healthService'>,
    options: ChannelOptions,
    origin: Origin,
  ) {
    this.target = target;
    this.#resolver = resolver;
    this.#clock = options.clock ?? systemClock;
    this.#stages = new StageClock(this.#clock);
    this.#policy = readPolicy(loadBalancingConfig ?? defaultPolicies);
    const { minConnections = 1, maxConnections = 10 } = options;
    this.#subchannelOptions = {
      connect,
      minConnections,
      maxConnections: Math.max(minConnections, maxConnections),
      connectTimeoutMs: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
      backoff: options.backoff ?? { initialMs: 1_000, maxMs: 20_000 },
      keepalive: { ...defaultKeepalive, ...options.keepalive },
      origin,
      healthService,
      idleMs: 30_000,
      clock: this.#clock,
      onRoom: () => this.#serveWaiters(),
    };
    this.#idleMs = options.idleMs ?? 180_000;
    if (options.eager === true) this.#wake();
  }

  /** @returns undefined if the attempt has to wait, or cannot be made: `wait` reports which */
  pick(path: string, isStream = false, avoid?: ReadonlySet<object>): Picked | undefined {
    this.#calls += 1;
    if (this.#waiters.length > 0) return undefined;
    const picked = this.#tryPick(path, isStream, avoid);
    return picked instanceof Error ? undefined : picked;
  }

  /** Gives the attempt a connection as soon as there is one. May call methods of `waiter` before it returns. */
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

  /** For each stage in which attempts wait: the total time that the channel has been in it. */
  get stageTimes(): StageTimes {
    return this.#stages.times();
  }

  /** Waiting attempts fail with UNAVAILABLE; calls on connections continue. @param isHard ends these calls as well */
  close(isHard = false): void {
    const isFirst = !this.#isClosed;
    this.#isClosed = true;
    this.#sleep(isHard);
    if (!isFirst) return;
    for (const waiter of this.#waiters.splice(0)) if (!waiter.isDone) waiter.onUnavailable(closed());
  }

  #tryPick(path: string, isStream: boolean, avoid?: ReadonlySet<object>): Picked | Error | undefined {
    if (this.#picker === undefined) {
      return this.#resolutionError === undefined ? undefined : new Error(this.#resolutionError);
    }
    const route = this.#routing?.route(path);
    if (this.#routing !== undefined && route === undefined) return new Error(`there is no route for ${path}`);
    const args = pickInfo(isStream, route);
    const result = avoid === undefined ? this.#picker.pick(args) : pickOther(this.#picker, args, avoid);
    switch (result.pickResultType) {
      case experimental.PickResultType.COMPLETE: {
        const subchannel = subchannelOf(result);
        const connection = subchannel?.pick();
        if (subchannel === undefined || connection === undefined) return undefined;
        result.onCallStarted?.();
        return new PickedConnection(connection, subchannel, result.onCallEnded);
      }
      case experimental.PickResultType.QUEUE:
        return undefined;
      default:
        return new Error(withoutFrame(result.status?.details ?? ''));
    }
  }

  /** Serves waiting attempts in their order, as long as there are connections with room. */
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
      const picked = this.#tryPick(waiter.path, waiter.isStream);
      if (picked === undefined) {
        // Waiting calls with another route may still find a connection.
        if (this.#routing === undefined) break;
        kept.push(waiter);
      } else if (!(picked instanceof Error)) waiter.onPicked(picked);
      else if (waiter.waitForReady) {
        waiter.lastFailure = picked.message;
        kept.push(waiter);
      } else waiter.onUnavailable(new ConnectError(`${this.target}: ${picked.message}`, Code.Unavailable));
    }
    this.#keepWaiters([...kept, ...waiters.slice(served)]);
    this.#isServing = false;
  }

  #keepWaiters(waiters: Waiter[]): void {
    this.#waiters = waiters;
    if (waiters.length === 0) this.#timer?.unref();
  }

  // Methods that start and stop the channel.

  #wake(): void {
    this.#usedAt = this.#clock.now();
    if (this.#balancer === undefined && !this.#isClosed) outsideOfCalls(() => this.#start());
  }

  #start(): void {
    const balancer = new experimental.ChildLoadBalancerHandler({
      createSubchannel: (address) => new SubchannelHandle(this.#subchannelTo(address as Address)),
      updateState: (state, picker) => {
        if (this.#balancer !== balancer) return;
        this.#state = state;
        this.#picker = picker;
        this.#stages.enter(stageOf(state));
        // Deferred, because the policy may be about to report further changes.
        process.nextTick(() => this.#serveWaiters());
      },
      requestReresolution: () => this.#resolver.refresh(),
      addChannelzChild: () => {},
      removeChannelzChild: () => {},
    });
    this.#balancer = balancer;
    this.#timer ??= this.#clock.setInterval(() => this.#onTick(), tickMs);
    this.#timer.unref();
    this.#resolver.start({
      onEndpoints: (endpoints, routing) => this.#onEndpoints(endpoints, routing),
      onError: (message) => {
        this.#resolutionError = message;
        this.#serveWaiters();
      },
    });
  }

  #onEndpoints(endpoints: readonly Endpoint[], routing: Routing | undefined): void {
    this.#resolutionError = undefined;
    this.#routing = routing;
    const list = experimental.statusOrFromValue(endpoints as experimental.Endpoint[]);
    const options = { ...routing?.attributes, [clockKey]: this.#clock };
    this.#balancer?.updateAddressList(list, routing?.policy ?? this.#policy, options, '');
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
    const now = this.#clock.now();
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

  /** Ends all connections and timers, until the next call. */
  #sleep(isHard: boolean): void {
    this.#resolver.stop();
    const balancer = this.#balancer;
    this.#balancer = undefined;
    this.#picker = undefined;
    this.#state = State.IDLE;
    this.#resolutionError = undefined;
    this.#routing = undefined;
    this.#stages.enter('resolving');
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
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }
}

function subchannelOf({ subchannel }: experimental.PickResult): Subchannel | undefined {
  return subchannel?.getRealSubchannel() as unknown as Subchannel | undefined;
}

/** The error of a connection, without the words that policies of grpc-js put around it. */
function withoutFrame(details: string): string {
  return details.replaceAll('No connection established. Last error: ', '').replace(/\. Resolution note: *$/, '');
}

/** Picks again while the picked server is one of those to avoid, because policies do not list their servers. */
function pickOther(
  picker: experimental.Picker,
  args: experimental.PickArgs,
  avoid: ReadonlySet<object>,
): experimental.PickResult {
  let result = picker.pick(args);
  for (let tried = 1; tried < maxPicks && avoid.has(subchannelOf(result) ?? picker); tried++) {
    result = picker.pick(args);
  }
  return result;
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
