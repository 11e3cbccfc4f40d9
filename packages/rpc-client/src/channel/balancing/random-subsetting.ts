import { hash, randomUUID } from 'node:crypto';
import { experimental } from '@grpc/grpc-js';
import * as z from 'zod';
import type { ChannelOptions, Endpoint, EndpointList, Helper, PolicyConfig } from './endpoint-balancer.ts';

const name = 'random_subsetting_experimental';

const schema = z.strictObject({
  subsetSize: z.int().positive(),
  childPolicy: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))).min(1),
});

class RandomSubsettingConfig implements experimental.TypedLoadBalancingConfig {
  readonly subsetSize: number;
  readonly childPolicy: PolicyConfig;

  constructor(subsetSize: number, childPolicy: PolicyConfig) {
    this.subsetSize = subsetSize;
    this.childPolicy = childPolicy;
  }

  getLoadBalancerName(): string {
    return name;
  }

  toJsonObject(): object {
    return { [name]: { subsetSize: this.subsetSize, childPolicy: [this.childPolicy.toJsonObject()] } };
  }

  static createFromJson(json: object): RandomSubsettingConfig {
    const result = schema.safeParse(json);
    if (!result.success) throw new Error(`${name}: ${z.prettifyError(result.error)}`);
    const { subsetSize, childPolicy } = result.data;
    const child = experimental.selectLbConfigFromList(childPolicy);
    if (child === null) throw new Error(`${name}: none of the policies in childPolicy is known`);
    return new RandomSubsettingConfig(subsetSize, child);
  }
}

/**
 * The endpoints whose hashes with the seed are the least (rendezvous hashing). Another endpoint changes at most one of
 * them.
 */
export function subsetOf(endpoints: readonly Endpoint[], size: number, seed: string): Endpoint[] {
  return endpoints
    .map((endpoint) => ({ endpoint, place: hash('sha1', `${seed} ${experimental.endpointToString(endpoint)}`) }))
    .sort((one, other) => (one.place < other.place ? -1 : 1))
    .slice(0, size)
    .map(({ endpoint }) => endpoint);
}

/**
 * The policy of gRFC A68: a random part of the servers, for another policy, so that many clients and many servers need
 * not all be connected with each other. Each client chooses on its own, and keeps to its choice while servers come and
 * go.
 */
class RandomSubsettingBalancer implements experimental.LoadBalancer {
  readonly #seed = randomUUID();
  readonly #child: experimental.ChildLoadBalancerHandler;

  constructor(helper: Helper) {
    this.#child = new experimental.ChildLoadBalancerHandler(helper);
  }

  updateAddressList(endpoints: EndpointList, config: PolicyConfig, options: ChannelOptions, note: string): boolean {
    if (!(config instanceof RandomSubsettingConfig)) return false;
    const { subsetSize, childPolicy } = config;
    const subset = endpoints.ok
      ? experimental.statusOrFromValue(subsetOf(endpoints.value, subsetSize, this.#seed))
      : endpoints;
    return this.#child.updateAddressList(subset, childPolicy, options, note);
  }

  exitIdle(): void {
    this.#child.exitIdle();
  }

  resetBackoff(): void {
    this.#child.resetBackoff();
  }

  destroy(): void {
    this.#child.destroy();
  }

  getTypeName(): string {
    return name;
  }
}

/** Registers the policy with grpc-js, unless grpc-js has a policy of that name. */
export function registerRandomSubsetting(): void {
  if (experimental.isLoadBalancerNameRegistered(name)) return;
  experimental.registerLoadBalancerType(name, RandomSubsettingBalancer, RandomSubsettingConfig);
}
