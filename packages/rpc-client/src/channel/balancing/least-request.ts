import type { Clock } from '@example/rpc-core';
import { experimental } from '@grpc/grpc-js';
import {
  type ChannelOptions,
  Child,
  clockKey,
  type Endpoint,
  EndpointBalancer,
  type Helper,
  type Picker,
  type PickResult,
} from './endpoint-balancer.ts';
import { isStream } from './pick-info.ts';
import { ServerLoad } from './server-load.ts';

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

/** An endpoint, and the load of its server. */
class CountingChild extends Child {
  readonly load: ServerLoad;
  protected readonly onCallStarted: PickResult['onCallStarted'];
  protected readonly onCallEnded: PickResult['onCallEnded'];
  #unary: PickResult | undefined;
  #stream: PickResult | undefined;

  constructor(leaf: experimental.LeafLoadBalancer, clock: Clock) {
    super(leaf);
    this.load = new ServerLoad(clock);
    this.onCallStarted = this.load.onUnaryStarted;
    this.onCallEnded = this.load.onUnaryEnded;
  }

  override pick(args: experimental.PickArgs): PickResult {
    const unary = super.pick(args);
    if (!isStream(args) || unary.pickResultType !== experimental.PickResultType.COMPLETE) return unary;
    if (this.#stream === undefined || unary !== this.#unary) {
      const { onStreamStarted, onStreamEnded } = this.load;
      this.#unary = unary;
      this.#stream = { ...unary, onCallStarted: onStreamStarted, onCallEnded: onStreamEnded };
    }
    return this.#stream;
  }
}

class LeastRequestPicker implements Picker {
  readonly #children: readonly CountingChild[];
  readonly #choiceCount: number;

  constructor(children: readonly CountingChild[], choiceCount: number) {
    this.#children = children;
    this.#choiceCount = choiceCount;
  }

  pick(args: experimental.PickArgs): PickResult {
    const { length } = this.#children;
    const first = (Math.random() * length) | 0;
    let best = this.#children[first] as CountingChild;
    if (length === 2) {
      const other = this.#children[1 - first] as CountingChild;
      if (other.load.isClearlyLessThan(best.load)) best = other;
    } else if (length > 2) {
      for (let choice = 1; choice < this.#choiceCount; choice++) {
        // Skips the first server: the second choice must be another one.
        const other = this.#children[(first + 1 + ((Math.random() * (length - 1)) | 0)) % length] as CountingChild;
        if (other.load.isClearlyLessThan(best.load)) best = other;
      }
    }
    return best.pick(args);
  }
}

/**
 * The policy of gRFC A48: of `choiceCount` random connected servers, it chooses the first, unless another one has
 * clearly fewer calls under way. A server that is slow or hangs therefore gets fewer calls, and hardly any if it is
 * much slower. A server that fails calls at once would get more calls, so it is left out until a call succeeds.
 */
class LeastRequestBalancer extends EndpointBalancer<CountingChild, LeastRequestConfig> {
  #choiceCount = 2;

  constructor(helper: Helper) {
    super(helper, (config) => config instanceof LeastRequestConfig);
  }

  protected configure({ choiceCount }: LeastRequestConfig): void {
    this.#choiceCount = choiceCount;
  }

  protected createChild(endpoint: Endpoint, helper: Helper, options: ChannelOptions, note: string): CountingChild {
    return new CountingChild(new experimental.LeafLoadBalancer(endpoint, helper, options, note), options[clockKey]);
  }

  protected createPicker(ready: readonly CountingChild[]): Picker {
    return new LeastRequestPicker(ready, this.#choiceCount);
  }

  getTypeName(): string {
    return name;
  }
}

/** Registers the policy with grpc-js, unless grpc-js has a policy of that name. */
export function registerLeastRequest(): void {
  if (experimental.isLoadBalancerNameRegistered(name)) return;
  experimental.registerLoadBalancerType(name, LeastRequestBalancer, LeastRequestConfig);
}
