import { type Clock, systemClock } from '@example/rpc-core';
import { DnsResolver } from './dns-resolver.ts';
import { GrpcJsResolver } from './grpc-js-resolver.ts';
import { KubernetesResolver } from './kubernetes/kubernetes-resolver.ts';
import type { Resolver } from './resolver.ts';
import { StaticResolver } from './static-resolver.ts';
import { parseTarget, type Target } from './target.ts';

/** Makes the resolver of a target. @throws {TypeError} for an invalid target */
export type ResolverFactory = (target: Target, clock: Clock) => Resolver;

const toStatic: ResolverFactory = (target) => new StaticResolver(target);

const known: Readonly<Record<string, ResolverFactory>> = {
  dns: (target, clock) => new DnsResolver(target, clock),
  ipv4: toStatic,
  ipv6: toStatic,
  kubernetes: (target) => new KubernetesResolver(target),
  unix: toStatic,
  xds: (target) => new GrpcJsResolver(target),
};

/**
 * @param target such as `dns:///users:9000`; without a scheme it is a name for `dns`
 * @param own resolvers by scheme: for further schemes, or instead of the built-in ones
 * @throws {TypeError} for an invalid target
 */
export function createResolver(
  target: string,
  own: Readonly<Record<string, ResolverFactory>> = {},
  clock: Clock = systemClock,
): Resolver {
  const factories = { ...known, ...own };
  const parsed = parseTarget(target, (scheme) => Object.hasOwn(factories, scheme));
  return (factories[parsed.scheme] as ResolverFactory)(parsed, clock);
}

/** Whether `createResolver` accepts the target. */
export function isTarget(target: string): boolean {
  try {
    createResolver(target);
    return true;
  } catch {
    return false;
  }
}
