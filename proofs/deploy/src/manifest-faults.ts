import type { ImageSettings } from './image.ts';
import {
  type Autoscaler,
  type Container,
  type Deployment,
  type DisruptionBudget,
  type KubernetesObject,
  type NetworkPolicy,
  ofKind,
  type Probe,
  type Role,
  type RoleBinding,
  type Service,
  selects,
} from './kubernetes-objects.ts';
import type { ReadConfig, ServiceConfig } from './server-facts.ts';

/** The facts with which the manifests are compared. */
export interface Facts {
  readonly readers: ReadonlyMap<string, ReadConfig>;
  readonly variables: ReadonlySet<string>;
  readonly image: ImageSettings;
  /** The name under which health is SERVING even without a store. */
  readonly livenessService: string;
  /** The resident memory of an idle service, and the maximum under load, in MB. */
  readonly idleMb: number;
  readonly busyMb: number;
}

/** The time to close the store and to finish other work after the drain, in seconds. */
const closeSeconds = 5;
/** A margin in seconds, so that a pod is killed only if it hangs, and not while it drains. */
const spareSeconds = 10;

/** Compares the objects of an overlay with the behaviour of the services. @returns a line for each fault */
export function manifestFaults(objects: readonly KubernetesObject[], facts: Facts): string[] {
  const deployments = ofKind<Deployment>(objects, 'Deployment');
  return deployments.flatMap((deployment) => {
    const faults = new Faults(deployment.metadata.name);
    checkDeployment(deployment, objects, facts, faults);
    return faults.lines;
  });
}

class Faults {
  readonly lines: string[] = [];
  readonly #of: string;

  constructor(of: string) {
    this.#of = of;
  }

  unless(isRight: boolean, line: string): void {
    if (!isRight) this.lines.push(`${this.#of}: ${line}`);
  }
}

function checkDeployment(
  { metadata: { name }, spec }: Deployment,
  objects: readonly KubernetesObject[],
  facts: Facts,
  faults: Faults,
): void {
  const { metadata, spec: pod } = spec.template;
  const [container] = pod.containers;
  const env = environmentOf(container, facts, faults);
  const config = configOf(name, env, facts, faults);
  faults.unless(container.image === name, `the image is ${container.image}`);
  faults.unless(selects(spec.selector.matchLabels, metadata.labels), 'the selector does not select its pods');
  if (config === undefined) return;
  checkPorts(container, config, faults);
  checkProbes(container, config, facts, faults);
  checkEnd(pod.terminationGracePeriodSeconds ?? 30, container, config, faults);
  checkSecurity(pod, container, config, facts, faults);
  checkVolumes(pod, container, env, config, faults);
  checkResources(container, facts, faults);
  for (const { labelSelector } of pod.topologySpreadConstraints ?? []) {
    faults.unless(selects(labelSelector.matchLabels, metadata.labels), 'other pods than its own are spread');
  }
  faults.unless(
    ofKind(objects, 'ServiceAccount').some((account) => account.metadata.name === pod.serviceAccountName),
    `there is no ServiceAccount ${pod.serviceAccountName}`,
  );
  checkService(name, metadata.labels, config, objects, faults);
  checkNetwork(name, metadata.labels, config, objects, faults);
  checkReplicas(name, spec, config, objects, faults);
  if (config.users !== undefined) checkWatch(config.users.target, spec.template, objects, faults);
}

function environmentOf(container: Container, { image, variables }: Facts, faults: Faults): Record<string, string> {
  for (const { name } of container.env) faults.unless(variables.has(name), `nothing reads the variable ${name}`);
  const names = container.env.map(({ name }) => name);
  faults.unless(new Set(names).size === names.length, 'a variable is set twice');
  return { ...image.env, ...Object.fromEntries(container.env.map(({ name, value = '' }) => [name, value])) };
}

function configOf(
  name: string,
  env: Record<string, string>,
  { readers }: Facts,
  faults: Faults,
): ServiceConfig | undefined {
  const read = readers.get(name);
  faults.unless(read !== undefined, 'there is no such service');
  try {
    return read?.(env);
  } catch (error) {
    faults.unless(false, (error as Error).message);
    return undefined;
  }
}

function portOf(container: Container, name: string): number | undefined {
  return container.ports.find((port) => port.name === name)?.containerPort;
}

function checkPorts(container: Container, { server }: ServiceConfig, faults: Faults): void {
  faults.unless(server.host === '::', `HOST is ${server.host}: no other pod reaches it`);
  faults.unless(portOf(container, 'grpc') === server.port, `the port grpc is not PORT, ${server.port}`);
  faults.unless(portOf(container, 'health') === server.healthPort, `the port health is not ${server.healthPort}`);
}

function checkProbes(container: Container, { server }: ServiceConfig, facts: Facts, faults: Faults): void {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const lasts = (probe: Probe) => probe.periodSeconds * probe.failureThreshold;
  // Without TLS, probes may also use the port of the calls.
  const ports = server.tls === undefined ? [server.port, server.healthPort] : [server.healthPort];
  for (const [kind, probe] of Object.entries({ startupProbe, readinessProbe, livenessProbe })) {
    faults.unless(probe !== undefined && ports.includes(probe.grpc?.port), `${kind} is not on a port without TLS`);
    if (probe === undefined) continue;
    faults.unless(probe.timeoutSeconds <= probe.periodSeconds, `${kind} takes longer than its period`);
    const service = kind === 'livenessProbe' ? facts.livenessService : undefined;
    faults.unless(probe.grpc?.service === service, `${kind} asks for ${probe.grpc?.service}`);
  }
  if (startupProbe) {
    const wait = lasts(startupProbe);
    faults.unless(wait >= 30 && wait <= 300, `${wait} s are too few or too many for the start`);
    faults.unless(startupProbe.periodSeconds === 1, 'a service that starts in less than a second is probed late');
  }
  if (readinessProbe) {
    const notice = server.shutdownNoticeMs / 1_000;
    faults.unless(lasts(readinessProbe) < notice, `readiness takes longer to fail than the notice, ${notice} s`);
    faults.unless(readinessProbe.failureThreshold > 1, 'one lost probe takes a pod out of service');
  }
  if (livenessProbe) {
    const turn = server.overloadDelayMs / 1_000;
    faults.unless(livenessProbe.timeoutSeconds >= 50 * turn, 'an overloaded service is restarted');
    faults.unless(lasts(livenessProbe) >= 30, 'a service that pauses is restarted');
  }
}

function checkEnd(graceSeconds: number, container: Container, { server }: ServiceConfig, faults: Faults): void {
  const preStop = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  faults.unless(preStop > 0 && preStop <= 10, `preStop sleeps for ${preStop} s`);
  const needed = preStop + (server.shutdownNoticeMs + server.drainMs) / 1_000 + closeSeconds;
  faults.unless(graceSeconds >= needed, `the grace of ${graceSeconds} s is shorter than the end, ${needed} s`);
  faults.unless(graceSeconds <= needed + spareSeconds, `a pod that hangs ends after ${graceSeconds} s only`);
}

function checkSecurity(
  { securityContext: ofPod = {}, automountServiceAccountToken }: Deployment['spec']['template']['spec'],
  { securityContext = {} }: Container,
  { users }: ServiceConfig,
  { image }: Facts,
  faults: Faults,
): void {
  faults.unless(ofPod.runAsNonRoot === true, 'it may run as root');
  faults.unless(ofPod.runAsUser === image.user, `the user is not that of the image, ${image.user}`);
  faults.unless(ofPod.runAsGroup === image.group, `the group is not that of the image, ${image.group}`);
  faults.unless(ofPod.fsGroup === image.group, 'its volumes have another group');
  faults.unless(ofPod.seccompProfile?.type === 'RuntimeDefault', 'seccomp is off');
  // Only the client that watches EndpointSlices needs a token of the cluster.
  faults.unless(automountServiceAccountToken === (users !== undefined), 'it gets a token of the cluster, or lacks it');
  faults.unless(securityContext.readOnlyRootFilesystem === true, 'its root file system is writable');
  faults.unless(securityContext.allowPrivilegeEscalation === false, 'it may get more rights');
  const { drop = [], add = [] } = securityContext.capabilities ?? {};
  faults.unless(drop.includes('ALL') && add.length === 0, 'it has capabilities');
}

function checkVolumes(
  pod: Deployment['spec']['template']['spec'],
  { volumeMounts }: Container,
  env: Readonly<Record<string, string>>,
  { database }: ServiceConfig,
  faults: Faults,
): void {
  const volumes = pod.volumes.map(({ name }) => name);
  const mounted = volumeMounts.map(({ name }) => name);
  faults.unless(
    volumes.every((name) => mounted.includes(name)),
    'a volume is not mounted',
  );
  faults.unless(
    mounted.every((name) => volumes.includes(name)),
    'a mount has no volume',
  );
  const isUnder = (path: string, isReadOnly: boolean) =>
    volumeMounts.some((mount) => path.startsWith(`${mount.mountPath}/`) && (mount.readOnly === true) === isReadOnly);
  for (const [name, value] of Object.entries(env)) {
    if (name === 'PATH' || !value.startsWith('/')) continue;
    faults.unless(isUnder(value, true), `${name}=${value} is not in a volume to read`);
  }
  const hasPath = (mountPath: string) => Object.values(env).some((value) => value.includes(`${mountPath}/`));
  for (const { mountPath } of volumeMounts) faults.unless(hasPath(mountPath), `nothing uses ${mountPath}`);
  if (database.kind === 'sqlite')
    faults.unless(isUnder(`${database.path}`, false), 'the store is not in a volume to write');
  for (const { name, secret } of pod.volumes) {
    faults.unless(secret === undefined || secret.defaultMode === 0o440, `others may read the secret ${name}`);
  }
}

function bytes(quantity: string): number {
  const [, number, unit = ''] = /^(\d+)(Mi|Gi)?$/.exec(quantity) ?? [];
  return Number(number) * ({ Mi: 2 ** 20, Gi: 2 ** 30 }[unit] ?? 1);
}

function checkResources({ resources }: Container, { idleMb, busyMb }: Facts, faults: Faults): void {
  const request = bytes(resources.requests.memory) / 1e6;
  const limit = bytes(resources.limits.memory) / 1e6;
  faults.unless(request >= idleMb && request <= 3 * idleMb, `it asks for ${request} MB, and takes ${idleMb}`);
  faults.unless(limit >= 1.5 * busyMb && limit <= 4 * busyMb, `its limit is ${limit} MB, and it takes ${busyMb}`);
  faults.unless(resources.limits.cpu === undefined, 'a limit of CPU makes it miss deadlines');
  const cpu = /^(\d+)m$/.exec(resources.requests.cpu)?.[1];
  faults.unless(Number(cpu) >= 100 && Number(cpu) <= 1_000, `it asks for ${resources.requests.cpu}, and uses one core`);
}

function checkService(
  name: string,
  labels: Readonly<Record<string, string>>,
  { server }: ServiceConfig,
  objects: readonly KubernetesObject[],
  faults: Faults,
): void {
  const service = ofKind<Service>(objects, 'Service').find(({ metadata }) => metadata.name === name);
  faults.unless(service?.spec.clusterIP === 'None', 'its Service is not headless');
  if (service === undefined) return;
  faults.unless(selects(service.spec.selector, labels), 'its Service does not select its pods');
  const [port] = service.spec.ports;
  faults.unless(port?.targetPort === 'grpc', 'its Service leads to another port');
  // From a headless Service, clients get only addresses. They connect to the port of the pod.
  faults.unless(port?.port === server.port, `the port of its Service is not ${server.port}`);
}

function checkNetwork(
  name: string,
  labels: Readonly<Record<string, string>>,
  { database, natsUrl, users }: ServiceConfig,
  objects: readonly KubernetesObject[],
  faults: Faults,
): void {
  const policy = ofKind<NetworkPolicy>(objects, 'NetworkPolicy').find(({ metadata }) => metadata.name === name);
  faults.unless(policy !== undefined, 'it has no NetworkPolicy');
  if (policy === undefined) return;
  const { podSelector, policyTypes, ingress, egress } = policy.spec;
  faults.unless(selects(podSelector.matchLabels, labels), 'its NetworkPolicy does not select its pods');
  faults.unless(
    ['Ingress', 'Egress'].every((type) => policyTypes.includes(type)),
    'a direction is open',
  );
  const calls = ingress.find(({ ports }) => ports.some(({ port }) => port === 'grpc'));
  faults.unless((calls?.from?.length ?? 0) > 0, 'everybody may call it');
  faults.unless(
    ingress.some(({ ports }) => ports.some(({ port }) => port === 'health')),
    'probes do not reach it',
  );
  const reached = egress.flatMap(({ ports }) => ports.map(({ port }) => port));
  const needed = [
    53,
    ...(database.kind === 'postgres' ? [5432] : []),
    ...(natsUrl === undefined ? [] : [4222]),
    ...(users === undefined ? [] : ['grpc', 443, 6443]),
  ];
  const set = [...new Set(reached)].sort().join();
  faults.unless(set === needed.sort().join(), `it may reach the ports ${set}, and needs ${needed.join()}`);
}

/** Whether a service can find the pods of the target, and call them. */
function checkWatch(
  target: string,
  { metadata, spec: { serviceAccountName } }: Deployment['spec']['template'],
  objects: readonly KubernetesObject[],
  faults: Faults,
): void {
  const [, name, port] = /^kubernetes:\/\/\/([a-z-]+):([a-z]+)$/.exec(target) ?? [];
  const service = ofKind<Service>(objects, 'Service').find((other) => other.metadata.name === name);
  faults.unless(
    service?.spec.ports.some((other) => other.name === port) === true,
    `there is no Service with the port of ${target}`,
  );
  faults.unless(metadata.labels[`calls-${name}`] === 'true', `it has no label calls-${name}`);
  const binding = ofKind<RoleBinding>(objects, 'RoleBinding').find(({ subjects }) =>
    subjects.some((subject) => subject.kind === 'ServiceAccount' && subject.name === serviceAccountName),
  );
  const role = ofKind<Role>(objects, 'Role').find((other) => other.metadata.name === binding?.roleRef.name);
  const rights = role?.rules.flatMap(({ apiGroups, resources, verbs }) => [apiGroups, resources, verbs].join(' '));
  faults.unless(rights?.join() === 'discovery.k8s.io endpointslices list,watch', `its rights are ${rights?.join()}`);
}

function checkReplicas(
  name: string,
  { replicas, strategy, template }: Deployment['spec'],
  { database }: ServiceConfig,
  objects: readonly KubernetesObject[],
  faults: Faults,
): void {
  const scaler = ofKind<Autoscaler>(objects, 'HorizontalPodAutoscaler').find(
    ({ spec: { scaleTargetRef } }) => scaleTargetRef.kind === 'Deployment' && scaleTargetRef.name === name,
  );
  const budget = ofKind<DisruptionBudget>(objects, 'PodDisruptionBudget').find(({ spec }) =>
    selects(spec.selector.matchLabels, template.metadata.labels),
  );
  if (database.kind === 'sqlite') {
    faults.unless(replicas === 1 && scaler === undefined, 'one process alone can use a store of SQLite');
    faults.unless(strategy.type === 'Recreate', 'two processes want the store during a rollout');
    const claims = template.spec.volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
    const made = ofKind(objects, 'PersistentVolumeClaim').map(({ metadata }) => metadata.name);
    faults.unless(claims.length === 1 && made.includes(claims[0] as string), 'its store is not kept');
    return;
  }
  const { maxSurge = 0, maxUnavailable = 1 } = strategy.rollingUpdate ?? {};
  faults.unless(strategy.type === 'RollingUpdate', 'a rollout stops all pods');
  faults.unless(maxSurge > 0 && maxUnavailable === 0, 'a pod ends before its successor is ready');
  faults.unless(replicas === undefined, 'replicas undo what the autoscaler has decided');
  faults.unless(scaler !== undefined, 'it has no autoscaler');
  faults.unless(budget !== undefined, 'it has no PodDisruptionBudget');
  if (scaler === undefined || budget === undefined) return;
  const { minReplicas, maxReplicas } = scaler.spec;
  faults.unless(minReplicas >= 2 && maxReplicas > minReplicas, `it has ${minReplicas} to ${maxReplicas} pods`);
  faults.unless(budget.spec.maxUnavailable >= 1, 'nodes cannot be drained');
  faults.unless(budget.spec.maxUnavailable < minReplicas, 'all pods may be evicted at once');
  faults.unless((template.spec.topologySpreadConstraints ?? []).length > 0, 'all pods may be on one node');
}
