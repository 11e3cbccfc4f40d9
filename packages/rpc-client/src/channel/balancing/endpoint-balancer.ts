import type { Clock } from '@example/rpc-core';
import { experimental, connectivityState as State } from '@grpc/grpc-js';

export type Endpoint = experimental.Endpoint;
export type Picker = experimental.Picker;
export type PickResult = experimental.PickResult;
export type Helper = experimental.ChannelControlHelper;
export type PolicyConfig = experimental.TypedLoadBalancingConfig;
export type EndpointList = Parameters<experimental.LoadBalancer['updateAddressList']>[0];
export type ChannelOptions = Parameters<experimental.LoadBalancer['updateAddressList']>[2];

/** The key of the channel's clock in the options of policies. */
export const clockKey = 'example.clock';

/** An endpoint and its connection, which pick_first of grpc-js keeps. */
export abstract class Child {
  readonly leaf: experimental.LeafLoadBalancer;
  #picker: Picker | undefined;
  #result: PickResult | undefined;

  constructor(leaf: experimental.LeafLoadBalancer) {
    this.leaf = leaf;
  }

  protected abstract readonly onCallStarted: PickResult['onCallStarted'];
  protected abstract readonly onCallEnded: PickResult['onCallEnded'];

  get isReady(): boolean {
    return this.leaf.getConnectivityState() === State.READY;
  }

  /** Keeps the result while the child has the same picker: picks are frequent, and changes of the picker are rare. */
  pick(args: experimental.PickArgs): PickResult {
    const picker = this.leaf.getPicker();
    if (picker === this.#picker && this.#result !== undefined) return this.#result;
    const picked = picker.pick(args);
    if (picked.pickResultType !== experimental.PickResultType.COMPLETE) return picked;
    this.#picker = picker;
    this.#result = { ...picked, onCallStarted: this.onCallStarted, onCallEnded: this.onCallEnded };
    return this.#result;
  }

  destroy(): void {
    this.leaf.destroy();
  }
}

/**
 * A policy that connects to all endpoints and chooses one of them for each call.
 *
 * When the list of addresses changes, connections to addresses that are in both lists are kept. Addresses that are no
 * longer listed are used until one of the new list is connected, so that wrong addresses from a name server break
 * nothing.
 */
export abstract class EndpointBalancer<C extends Child, Config extends PolicyConfig>
  implements experimental.LoadBalancer
{
  readonly #helper: Helper;
  readonly #childHelper: Helper;
  readonly #isConfig: (config: PolicyConfig) => config is Config;
  #children = new Map<string, C>();
  /** The children of the previous list that are not in the current list. */
  #retired: C[] = [];
  #usable: readonly C[] = [];
  #isPaused = false;
  #lastError = 'none of the addresses has been tried';

  constructor(helper: Helper, isConfig: (config: PolicyConfig) => config is Config) {
    this.#helper = helper;
    this.#isConfig = isConfig;
    this.#childHelper = experimental.createChildChannelControlHelper(helper, {
      updateState: (state, _picker, error) => {
        if (error !== null) this.#lastError = error;
        if (state === State.IDLE) this.#helper.requestReresolution();
        this.#update();
      },
    });
  }

  /** Called before the children of a list are made. */
  protected abstract configure(config: Config, clock: Clock): void;
  protected abstract createChild(endpoint: Endpoint, helper: Helper, options: ChannelOptions, note: string): C;
  /** @param ready at least one, all connected */
  protected abstract createPicker(ready: readonly C[]): Picker;

  updateAddressList(endpoints: EndpointList, config: PolicyConfig, options: ChannelOptions, note: string): boolean {
    if (!this.#isConfig(config)) return false;
    this.configure(config, options[clockKey]);
    if (!endpoints.ok) {
      if (this.#children.size === 0) this.#fail(endpoints.error.details ?? 'the name cannot be resolved');
      return true;
    }
    this.#isPaused = true;
    const before = this.#children;
    this.#children = new Map();
    for (const endpoint of endpoints.value) {
      const key = experimental.endpointToString(endpoint);
      if (this.#children.has(key)) continue;
      const known = before.get(key);
      before.delete(key);
      this.#children.set(key, known ?? this.#connect(endpoint, options, note));
    }
    this.#retired.push(...before.values());
    this.#isPaused = false;
    if (this.#children.size > 0) this.#update();
    else if (this.#retired.length === 0) this.#fail(`no addresses. ${note}`);
    return this.#children.size > 0;
  }

  #connect(endpoint: Endpoint, options: ChannelOptions, note: string): C {
    const child = this.createChild(endpoint, this.#childHelper, options, note);
    child.leaf.startConnecting();
    return child;
  }

  #fail(details: string): void {
    const message = `no server: ${details}`;
    this.#helper.updateState(
      State.TRANSIENT_FAILURE,
      new experimental.UnavailablePicker({ details: message }),
      message,
    );
  }

  /** Publishes a new picker, if there are servers to choose from. */
  protected updatePicker(): void {
    if (this.#usable.length > 0) this.#helper.updateState(State.READY, this.createPicker(this.#usable), null);
  }

  #update(): void {
    if (this.#isPaused) return;
    const children = [...this.#children.values()];
    const ready = children.filter(({ isReady }) => isReady);
    if (ready.length > 0) for (const child of this.#retired.splice(0)) child.destroy();
    const usable = ready.length > 0 ? ready : this.#retired.filter(({ isReady }) => isReady);
    // The children of the previous list reconnect, too, because the new list may stay wrong for longer than connections
    // last.
    const all = [...children, ...this.#retired];
    const states = all.map(({ leaf }) => leaf.getConnectivityState());
    this.#usable = usable;
    if (usable.length > 0) this.updatePicker();
    else if (states.some((state) => state === State.CONNECTING || state === State.IDLE)) {
      this.#helper.updateState(State.CONNECTING, new experimental.QueuePicker(this), null);
    } else if (all.length === 1) this.#fail(this.#lastError);
    else this.#fail(`none of ${all.length} can be reached, the last error: ${this.#lastError}`);
    for (const { leaf } of all) if (leaf.getConnectivityState() === State.IDLE) leaf.exitIdle();
  }

  /** Does nothing, because all children connect by themselves. */
  exitIdle(): void {}

  resetBackoff(): void {}

  destroy(): void {
    this.#isPaused = true;
    for (const child of [...this.#children.values(), ...this.#retired]) child.destroy();
    this.#children.clear();
    this.#retired = [];
  }

  abstract getTypeName(): string;
}
