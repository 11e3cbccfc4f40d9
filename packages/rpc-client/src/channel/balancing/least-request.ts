import { experimental, connectivityState as State } from '@grpc/grpc-js';
import { isStream } from './pick-info.ts';
import { ServerLoad } from './server-load.ts';

type Endpoint = experimental.Endpoint;
type Picker = experimental.Picker;
type PickResult = experimental.PickResult;
type Helper = experimental.ChannelControlHelper;
type EndpointList = Parameters<experimental.LoadBalancer['updateAddressList']>[0];
type ChannelOptions = Parameters<experimental.LoadBalancer['updateAddressList']>[2];

const name = 'least_request_experimental';
const maxChoices = 10;

class LeastRequestConfig implements experimental.TypedLoadBalancingConfig {
  readonly choiceCount: number;

  constructor(choiceCount = 2) {
    this.choiceCount = choiceCount;
  }

  getLoadBalancerName(): string {
    return name;
  }

  toJsonObject(): object {
    return { [name]: { choiceCount: this.choiceCount } };
  }

  static createFromJson({ choiceCount = 2 }: { choiceCount?: unknown }): LeastRequestConfig {
    if (typeof choiceCount !== 'number' || !Number.isInteger(choiceCount) || choiceCount < 2) {
      throw new Error('choiceCount must be a whole number of at least 2');
    }
    return new LeastRequestConfig(Math.min(choiceCount, maxChoices));
  }
}

/** An endpoint and what is known of its calls. */
class Child {
  readonly endpoint: Endpoint;
  readonly leaf: experimental.LeafLoadBalancer;
  readonly load = new ServerLoad();
  #picker: Picker | undefined;
  #results: { readonly unary: PickResult; readonly stream: PickResult } | undefined;

  constructor(endpoint: Endpoint, leaf: experimental.LeafLoadBalancer) {
    this.endpoint = endpoint;
    this.leaf = leaf;
  }

  get isReady(): boolean {
    return this.leaf.getConnectivityState() === State.READY;
  }

  /** Keeps the results while the child has the same picker: picks are frequent, and changes of the picker are rare. */
  pick(args: experimental.PickArgs): PickResult {
    const picker = this.leaf.getPicker();
    if (picker !== this.#picker || this.#results === undefined) {
      const picked = picker.pick(args);
      if (picked.pickResultType !== experimental.PickResultType.COMPLETE) return picked;
      const { onUnaryStarted, onUnaryEnded, onStreamStarted, onStreamEnded } = this.load;
      this.#picker = picker;
      this.#results = {
        unary: { ...picked, onCallStarted: onUnaryStarted, onCallEnded: onUnaryEnded },
        stream: { ...picked, onCallStarted: onStreamStarted, onCallEnded: onStreamEnded },
      };
    }
    return isStream(args) ? this.#results.stream : this.#results.unary;
  }
}

class LeastRequestPicker implements Picker {
  readonly #children: readonly Child[];
  readonly #choiceCount: number;

  constructor(children: readonly Child[], choiceCount: number) {
    this.#children = children;
    this.#choiceCount = choiceCount;
  }

  pick(args: experimental.PickArgs): PickResult {
    const { length } = this.#children;
    const first = (Math.random() * length) | 0;
    let best = this.#children[first] as Child;
    if (length === 2) {
      const other = this.#children[1 - first] as Child;
      if (other.load.isClearlyLessThan(best.load)) best = other;
    } else if (length > 2) {
      for (let choice = 1; choice < this.#choiceCount; choice++) {
        // Skips the first server: the second choice must be another one.
        const other = this.#children[(first + 1 + ((Math.random() * (length - 1)) | 0)) % length] as Child;
        if (other.load.isClearlyLessThan(best.load)) best = other;
      }
    }
    return best.pick(args);
  }
}

/**
 * The policy of gRFC A48: of `choiceCount` random connected servers, it chooses the first, unless another one has
 * clearly fewer calls under way. A server that is slow or hangs thereby gets fewer calls, and hardly any if it is much
 * slower. A server that fails calls at once would get more, so that it is left out until a call succeeds.
 *
 * When the list of addresses changes, connections to addresses of both lists are kept. Addresses that are no longer
 * listed are used until one of the new list is connected, so that wrong addresses from a name server break nothing.
 */
class LeastRequestLoadBalancer implements experimental.LoadBalancer {
  readonly #helper: Helper;
  readonly #childHelper: Helper;
  #children = new Map<string, Child>();
  /** The children of the previous list that are not in the present one. */
  #retired: Child[] = [];
  #choiceCount = 2;
  #isPaused = false;
  #lastError = 'none of the addresses has been tried';

  constructor(helper: Helper) {
    this.#helper = helper;
    this.#childHelper = experimental.createChildChannelControlHelper(helper, {
      updateState: (state, _picker, error) => {
        if (error !== null) this.#lastError = error;
        if (state === State.IDLE) this.#helper.requestReresolution();
        this.#update();
      },
    });
  }

  updateAddressList(
    endpoints: EndpointList,
    config: experimental.TypedLoadBalancingConfig,
    options: ChannelOptions,
    note: string,
  ): boolean {
    if (!(config instanceof LeastRequestConfig)) return false;
    this.#choiceCount = config.choiceCount;
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

  #connect(endpoint: Endpoint, options: ChannelOptions, note: string): Child {
    const leaf = new experimental.LeafLoadBalancer(endpoint, this.#childHelper, options, note);
    leaf.startConnecting();
    return new Child(endpoint, leaf);
  }

  #fail(details: string): void {
    const message = `no server: ${details}`;
    this.#helper.updateState(
      State.TRANSIENT_FAILURE,
      new experimental.UnavailablePicker({ details: message }),
      message,
    );
  }

  #update(): void {
    if (this.#isPaused) return;
    const children = [...this.#children.values()];
    const ready = children.filter(({ isReady }) => isReady);
    if (ready.length > 0) for (const { leaf } of this.#retired.splice(0)) leaf.destroy();
    const usable = ready.length > 0 ? ready : this.#retired.filter(({ isReady }) => isReady);
    const states = children.map(({ leaf }) => leaf.getConnectivityState());
    if (usable.length > 0) {
      this.#helper.updateState(State.READY, new LeastRequestPicker(usable, this.#choiceCount), null);
    } else if (states.some((state) => state === State.CONNECTING || state === State.IDLE)) {
      this.#helper.updateState(State.CONNECTING, new experimental.QueuePicker(this), null);
    } else this.#fail(`no connection to any of ${children.length} addresses, the last error: ${this.#lastError}`);
    for (const { leaf } of children) if (leaf.getConnectivityState() === State.IDLE) leaf.exitIdle();
  }

  /** Does nothing, because all children connect by themselves. */
  exitIdle(): void {}

  resetBackoff(): void {}

  destroy(): void {
    this.#isPaused = true;
    for (const { leaf } of [...this.#children.values(), ...this.#retired]) leaf.destroy();
    this.#children.clear();
    this.#retired = [];
  }

  getTypeName(): string {
    return name;
  }
}

/** Registers the policy with grpc-js, unless grpc-js has a policy of that name. */
export function registerLeastRequest(): void {
  if (experimental.isLoadBalancerNameRegistered(name)) return;
  experimental.registerLoadBalancerType(name, LeastRequestLoadBalancer, LeastRequestConfig);
}
