import type { Endpoint } from '../resolver.ts';
import type { KubernetesTarget } from './kubernetes-target.ts';

/** An EndpointSlice of discovery.k8s.io/v1, as far as it is read. Go writes empty lists as null. */
export interface EndpointSlice {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints?: readonly SliceEndpoint[] | null;
  readonly ports?: readonly SlicePort[] | null;
}

interface Host {
  readonly host: string;
  readonly port: number;
}

interface SliceEndpoint {
  /** All addresses lead to the same pod, so that only one is used. */
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean | null; readonly terminating?: boolean | null } | null;
  readonly targetRef?: { readonly uid?: string } | null;
}

interface SlicePort {
  readonly name?: string | null;
  readonly port?: number | null;
  readonly protocol?: string | null;
}

/**
 * The pods that take calls, of all slices of a Service: those that are ready and do not terminate. A condition that is
 * not known counts as ready, as the API has it. A pod with addresses of both families is one endpoint, and one that is
 * in two slices for a moment, too. Zone hints are ignored: calls go to all zones.
 */
export function endpointsOf(slices: Iterable<EndpointSlice>, wanted: KubernetesTarget['port']): readonly Endpoint[] {
  const pods = new Map<string, Map<string, Host>>();
  for (const { addressType, endpoints, ports } of slices) {
    const port = portOf(ports ?? [], wanted);
    // Names in place of addresses are deprecated, and no controller of Kubernetes writes them.
    if (port === undefined || addressType === 'FQDN') continue;
    for (const { addresses, conditions, targetRef } of endpoints ?? []) {
      const [host] = addresses;
      if (host === undefined || conditions?.ready === false || conditions?.terminating === true) continue;
      const pod = targetRef?.uid ?? host;
      const known = pods.get(pod);
      if (known === undefined) pods.set(pod, new Map([[host, { host, port }]]));
      else known.set(host, { host, port });
    }
  }
  return [...pods.values()]
    .map((addresses) => ({ addresses: [...addresses.values()].sort(byHost) }))
    .sort(({ addresses: [one] }, { addresses: [other] }) => byHost(one as Host, other as Host));
}

/** Orders pods by address, so that equal lists compare as equal. */
function byHost(one: Host, other: Host): number {
  return one.host < other.host ? -1 : 1;
}

/** The names of all ports, for errors. */
export function portNames(slices: Iterable<EndpointSlice>): readonly string[] {
  return [...new Set([...slices].flatMap(({ ports }) => (ports ?? []).flatMap(({ name }) => name ?? [])))];
}

/** Slices of one Service may have different numbers for a name: pods choose them. */
function portOf(ports: readonly SlicePort[], wanted: KubernetesTarget['port']): number | undefined {
  if (typeof wanted === 'number') return wanted;
  const found = ports.find(
    ({ name, protocol }) => (protocol ?? 'TCP') === 'TCP' && (wanted === undefined || name === wanted),
  );
  return found?.port ?? undefined;
}
