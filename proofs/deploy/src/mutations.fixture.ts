import type { KubernetesObject } from './kubernetes-objects.ts';

const pod = 'spec.template.spec';
const server = `${pod}.containers.0`;

/**
 * Changes of single values: the overlay, the object, the path of the value, and its new value, undefined to remove it.
 */
export const mutations: readonly (readonly [overlay: string, object: string, path: string, value: unknown])[] = [
  ['sqlite', 'Deployment/user-service', 'metadata.name', 'users'],
  ['sqlite', 'Deployment/user-service', 'spec.replicas', 2],
  ['sqlite', 'Deployment/user-service', 'spec.strategy.type', 'RollingUpdate'],
  ['sqlite', 'Deployment/user-service', `${server}.env.DATABASE_URL`, 'sqlite:/var/lib/user-service.db'],
  ['sqlite', 'Deployment/user-service', `${server}.env.DATABASE_URL`, 'mysql://database/users'],
  ['sqlite', 'Deployment/user-service', `${server}.volumeMounts.data.readOnly`, true],
  ['sqlite', 'Deployment/user-service', `${server}.volumeMounts.data.mountPath`, '/store'],
  ['sqlite', 'Deployment/user-service', `${pod}.volumes.data.persistentVolumeClaim.claimName`, 'users'],
  ['sqlite', 'PersistentVolumeClaim/user-service', 'metadata.name', 'order-service-2'],
  ['sqlite', 'NetworkPolicy/user-service', 'spec.egress.0.ports.0.port', 5432],
  ['postgres', 'Deployment/user-service', 'spec.selector.matchLabels', { 'app.kubernetes.io/name': 'users' }],
  ['postgres', 'Deployment/user-service', 'spec.replicas', 3],
  ['postgres', 'Deployment/user-service', 'spec.strategy.rollingUpdate.maxUnavailable', 1],
  ['postgres', 'Deployment/user-service', 'spec.strategy.rollingUpdate.maxSurge', 0],
  ['postgres', 'Deployment/user-service', `${pod}.terminationGracePeriodSeconds`, 30],
  ['postgres', 'Deployment/user-service', `${pod}.terminationGracePeriodSeconds`, 300],
  ['postgres', 'Deployment/user-service', `${pod}.securityContext.runAsNonRoot`, false],
  ['postgres', 'Deployment/user-service', `${pod}.securityContext.runAsUser`, 1000],
  ['postgres', 'Deployment/user-service', `${pod}.securityContext.fsGroup`, 1000],
  ['postgres', 'Deployment/user-service', `${pod}.securityContext.seccompProfile.type`, 'Unconfined'],
  ['postgres', 'Deployment/user-service', `${pod}.automountServiceAccountToken`, true],
  ['postgres', 'Deployment/user-service', `${pod}.serviceAccountName`, 'default'],
  [
    'postgres',
    'Deployment/user-service',
    `${pod}.topologySpreadConstraints.0.labelSelector.matchLabels`,
    { app: 'users' },
  ],
  ['postgres', 'Deployment/user-service', `${pod}.volumes.database.secret.defaultMode`, 0o444],
  ['postgres', 'Deployment/user-service', `${pod}.volumes.database.name`, 'databases'],
  ['postgres', 'Deployment/user-service', `${server}.image`, 'order-service'],
  ['postgres', 'Deployment/user-service', `${server}.ports.grpc.containerPort`, 9090],
  ['postgres', 'Deployment/user-service', `${server}.ports.health.containerPort`, 9002],
  ['postgres', 'Deployment/user-service', `${server}.env.PORT`, '9090'],
  ['postgres', 'Deployment/user-service', `${server}.env.PORT`, 'grpc'],
  ['postgres', 'Deployment/user-service', `${server}.env.HEALTH_PORT`, '9000'],
  ['postgres', 'Deployment/user-service', `${server}.env.DRAIN_MS`, '30000'],
  ['postgres', 'Deployment/user-service', `${server}.env.SHUTDOWN_NOTICE_MS`, '3000'],
  ['postgres', 'Deployment/user-service', `${server}.env.TLS_CERT`, '/etc/certs/tls.crt'],
  ['postgres', 'Deployment/user-service', `${server}.env.TLS_KEY`, undefined],
  ['postgres', 'Deployment/user-service', `${server}.env.AUTH_ISSUER`, undefined],
  ['postgres', 'Deployment/user-service', `${server}.env.ACCESS_LOG.name`, 'ACCES_LOG'],
  ['postgres', 'Deployment/user-service', `${server}.env.DATABASE_URL_FILE.name`, 'DATABASE_FILE'],
  ['postgres', 'Deployment/user-service', `${server}.startupProbe.failureThreshold`, 3],
  ['postgres', 'Deployment/user-service', `${server}.readinessProbe.grpc.port`, 9000],
  ['postgres', 'Deployment/user-service', `${server}.readinessProbe.periodSeconds`, 5],
  ['postgres', 'Deployment/user-service', `${server}.readinessProbe.timeoutSeconds`, 3],
  ['postgres', 'Deployment/user-service', `${server}.livenessProbe.grpc.service`, undefined],
  ['postgres', 'Deployment/user-service', `${server}.livenessProbe.failureThreshold`, 1],
  ['postgres', 'Deployment/user-service', `${server}.lifecycle.preStop.sleep.seconds`, 20],
  ['postgres', 'Deployment/user-service', `${server}.lifecycle.preStop`, undefined],
  ['postgres', 'Deployment/user-service', `${server}.resources.requests.memory`, '64Mi'],
  ['postgres', 'Deployment/user-service', `${server}.resources.limits.memory`, '128Mi'],
  ['postgres', 'Deployment/user-service', `${server}.resources.limits.cpu`, '500m'],
  ['postgres', 'Deployment/user-service', `${server}.securityContext.readOnlyRootFilesystem`, false],
  ['postgres', 'Deployment/user-service', `${server}.securityContext.allowPrivilegeEscalation`, true],
  ['postgres', 'Deployment/user-service', `${server}.securityContext.capabilities.drop.0`, 'NET_RAW'],
  ['postgres', 'Deployment/user-service', `${server}.volumeMounts.tls.mountPath`, '/etc/ssl'],
  ['postgres', 'Service/user-service', 'spec.clusterIP', undefined],
  ['postgres', 'Service/user-service', 'spec.ports.grpc.port', 443],
  ['postgres', 'Service/user-service', 'spec.ports.grpc.targetPort', 'health'],
  ['postgres', 'Service/user-service', 'spec.selector', { 'app.kubernetes.io/name': 'order-service' }],
  ['postgres', 'NetworkPolicy/user-service', 'spec.podSelector.matchLabels', { app: 'users' }],
  ['postgres', 'NetworkPolicy/user-service', 'spec.ingress.0.from', undefined],
  ['postgres', 'NetworkPolicy/user-service', 'spec.ingress.1.ports.0.port', 9001],
  ['postgres', 'NetworkPolicy/order-service', 'spec.egress.1.ports.1.port', 4223],
  ['postgres', 'HorizontalPodAutoscaler/user-service', 'spec.scaleTargetRef.name', 'users'],
  ['postgres', 'HorizontalPodAutoscaler/user-service', 'spec.minReplicas', 1],
  ['postgres', 'PodDisruptionBudget/user-service', 'spec.maxUnavailable', 3],
  ['postgres', 'PodDisruptionBudget/user-service', 'spec.maxUnavailable', 0],
  ['postgres', 'PodDisruptionBudget/user-service', 'spec.selector.matchLabels', { app: 'users' }],
  ['postgres-users', 'Deployment/order-service', `${pod}.automountServiceAccountToken`, false],
  ['postgres-users', 'Deployment/order-service', `${server}.env.USERS_TARGET`, 'kubernetes:///user-service:rest'],
  ['postgres-users', 'Deployment/order-service', `${server}.env.USERS_CA`, '/etc/certs/ca.crt'],
  ['postgres-users', 'Deployment/order-service', 'spec.template.metadata.labels.calls-user-service', 'false'],
  ['postgres-users', 'Role/watch-endpoint-slices', 'rules.0.verbs', ['get', 'list', 'watch']],
  ['postgres-users', 'Role/watch-endpoint-slices', 'rules.0.resources.0', 'endpoints'],
  ['postgres-users', 'RoleBinding/order-service-watch-endpoint-slices', 'subjects.0.name', 'user-service'],
  ['postgres-users', 'NetworkPolicy/order-service', 'spec.egress.2.ports.0.port', 9000],
];

/** Paths name elements of lists by their index or name. The name of an environment variable stands for its value. */
type Node = Record<string, unknown>;

/** @returns the objects with one value changed. @throws when the value does not exist, or is already the new value */
export function mutate(
  objects: readonly KubernetesObject[],
  object: string,
  path: string,
  value: unknown,
): readonly KubernetesObject[] {
  const copies = structuredClone(objects) as KubernetesObject[];
  const found = copies.find(({ kind, metadata }) => `${kind}/${metadata.name}` === object);
  const steps = path.split('.');
  let node = found as unknown as Node;
  for (const step of steps.slice(0, -1)) node = child(node, step) as Node;
  const last = steps.at(-1) as string;
  const target = Array.isArray(node) && Number.isNaN(Number(last)) ? (child(node, last) as Node) : node;
  const key = target === node ? last : 'value';
  if (target === undefined || target[key] === value) throw new Error(`${object} has ${String(value)} at ${path}`);
  if (value === undefined && target !== node) (node as unknown as unknown[]).splice(indexOf(node, target), 1);
  else target[key] = value;
  return copies;
}

function child(node: Node, step: string): unknown {
  return Array.isArray(node) && Number.isNaN(Number(step)) ? node.find(({ name }) => name === step) : node[step];
}

function indexOf(list: unknown, element: unknown): number {
  return (list as unknown[]).indexOf(element);
}
