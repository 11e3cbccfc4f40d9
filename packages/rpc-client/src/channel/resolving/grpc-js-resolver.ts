import { experimental, Metadata, status } from '@grpc/grpc-js';
import type { Resolver, ResolverListener } from './resolver.ts';
import type { Target } from './target.ts';

/**
 * The same id for all channels. It only matters for ring_hash without a header, which hashes the id to choose a server.
 */
const channelId = 0;

/**
 * Resolves a target by the resolver that is registered with grpc-js for its scheme, such as `xds` by the `register` of
 * `@grpc/grpc-js-xds`. Such a resolver also determines the balancing policy, and routes calls by their methods. Its
 * routes by metadata, timeouts, retries, filters and certificates are not supported.
 */
export class GrpcJsResolver implements Resolver {
  readonly authority: string;
  readonly #target: Target;
  #listener: ResolverListener | undefined;
  #resolver: ReturnType<typeof experimental.createResolver> | undefined;

  constructor(target: Target) {
    this.#target = target;
    this.authority = target.path;
  }

  start(listener: ResolverListener): void {
    this.#listener = listener;
    const onResult: Parameters<typeof experimental.createResolver>[1] = (endpoints, attributes, config, note) => {
      if (endpoints.ok && config?.ok === true) {
        const [policy] = config.value.loadBalancingConfig;
        const selector = attributes[experimental.CHANNEL_ARGS_CONFIG_SELECTOR_KEY] as experimental.ConfigSelector;
        listener.onEndpoints(endpoints.value as Parameters<ResolverListener['onEndpoints']>[0], {
          policy: experimental.parseLoadBalancingConfig(policy as never),
          attributes,
          route: (path) => routeOf(selector, path),
        });
        return true;
      }
      listener.onError(endpoints.ok ? note : (endpoints.error.details ?? note));
      return false;
    };
    const { scheme, authority, path } = this.#target;
    const uri = { scheme, path, ...(authority !== undefined && { authority }) };
    process.nextTick(() => {
      if (this.#listener !== listener) return;
      try {
        this.#resolver = experimental.createResolver(uri, onResult, {});
        this.#resolver.updateResolution();
      } catch (error) {
        const { message } = error as Error;
        listener.onError(
          `${scheme}:///${path} cannot be resolved: ${message}. Call register() of @grpc/grpc-js-xds first`,
        );
      }
    });
  }

  refresh(): void {
    this.#resolver?.updateResolution();
  }

  stop(): void {
    this.#listener = undefined;
    this.#resolver?.destroy();
    this.#resolver = undefined;
  }
}

function routeOf(selector: experimental.ConfigSelector, path: string): experimental.PickArgs | undefined {
  const metadata = new Metadata();
  const route = selector.invoke(path, metadata, channelId);
  // Releases the reference to the cluster at once. The channel keeps each cluster as long as the resolver names it.
  route.onCommitted?.();
  return route.status === status.OK ? { metadata, extraPickInfo: route.pickInformation } : undefined;
}
