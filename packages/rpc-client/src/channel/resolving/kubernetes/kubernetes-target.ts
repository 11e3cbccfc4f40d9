import type { Target } from '../target.ts';

/** A Service of Kubernetes. */
export interface KubernetesTarget {
  readonly service: string;
  /** The namespace; undefined for that of this pod. */
  readonly namespace: string | undefined;
  /** The port of the pods, or its name in the Service; undefined: the first one of the Service. */
  readonly port: number | string | undefined;
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const pathForm = new RegExp(`^(${label})(?:\\.(${label})(?:\\.svc(?:\\.[-a-z0-9.]+)?)?)?(?::(${label}))?$`);
const maxPort = 65_535;

/**
 * Reads `kubernetes:///SERVICE.NAMESPACE:PORT`, the form of kuberesolver, or `kubernetes://NAMESPACE/SERVICE:PORT`.
 *
 * @throws {TypeError}
 */
export function parseKubernetesTarget({ authority = '', path }: Target): KubernetesTarget {
  const [, service, namespace = authority, port] = pathForm.exec(path) ?? [];
  const isPort = port === undefined || !/^\d+$/.test(port) || (Number(port) > 0 && Number(port) <= maxPort);
  if (service === undefined || !isPort || (authority !== '' && namespace !== authority)) {
    throw new TypeError(
      `invalid target ${JSON.stringify(`kubernetes://${authority}/${path}`)}: it must be such as ` +
        'kubernetes:///SERVICE.NAMESPACE:PORT, with the number of a port or its name',
    );
  }
  return {
    service,
    namespace: namespace === '' ? undefined : namespace,
    port: port !== undefined && /^\d+$/.test(port) ? Number(port) : port,
  };
}
