import { experimental, status } from '@grpc/grpc-js';
import {
  type ChannelOptions,
  Child,
  type Endpoint,
  EndpointBalancer,
  type Helper,
  type Picker,
  type PickResult,
} from './endpoint-balancer.ts';
import { FailureGate } from './failure-gate.ts';

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

/** Statuses for a fault of the server, not of the request. */
const failures: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** An endpoint and the number of its calls under way. */
class CountingChild extends Child {
  #outstanding = 0;
  readonly #gate = new FailureGate();
  protected readonly onCallStarted = () => {
    this.#outstanding += 1;
    this.#gate.onCall();
  };
  protected readonly onCallEnded = (code: status) => {
    this.#outstanding -= 1;
    if (code === status.OK) this.#gate.onSuccess();
    else if (failures.has(code)) this.#gate.onFailure();
  };

  /** The number of calls under way. While the gate is shut, it is larger than that of any other server. */
  get load(): number {
    return this.#gate.isShut ? Number.MAX_SAFE_INTEGER : this.#outstanding;
  }
}

/**
 * Whether a load is clearly lower. With a strict comparison, servers that are a little slower, for example on a busy
 * machine, would get far fewer calls, which would make the other servers the slower ones.
 */
function isLess(load: number, other: number): boolean {
  return load < 0.75 * other - 0.5;
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
      if (isLess(other.load, best.load)) best = other;
    } else if (length > 2) {
      for (let choice = 1; choice < this.#choiceCount; choice++) {
        // Skips the first server: the second choice must be another one.
        const other = this.#children[(first + 1 + ((Math.random() * (length - 1)) | 0)) % length] as CountingChild;
        if (isLess(other.load, best.load)) best = other;
      }
    }
    return best.pick(args);
  }
}

/**
 * The policy of gRFC A48: of `choiceCount` random connected servers, it chooses the first, unless another one has
 * clearly fewer calls under way. A server that is slow or hangs thereby gets fewer calls. A server that fails calls at
 * once would get more, so that it is left out until a call succeeds.
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
    return new CountingChild(new experimental.LeafLoadBalancer(endpoint, helper, options, note));
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
