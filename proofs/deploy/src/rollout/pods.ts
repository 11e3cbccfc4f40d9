import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort, type NodeServer, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';

const main = join(root, 'packages/user-service/src/main.ts');

/** The durations in the manifests, divided by ten, in milliseconds. */
const preStopMs = 300;
const noticeMs = 500;
const probeMs = 100;
/** The drain time, in milliseconds. It is long enough for clients of HTTP/1.1, which keep idle connections for 5 s. */
const drainMs = 6_000;
/** How long balancers continue to use a pod that ends, in milliseconds. */
const propagationMs = 200;
/** The grace period, in milliseconds. It is not divided, because a process on a busy machine is slow. */
const graceMs = 20_000;

interface Pod {
  readonly port: number;
  readonly server: NodeServer;
}

/** Replicas of UserService that are replaced as a kubelet and a Deployment with `maxSurge: 1` replace pods. */
export class Pods implements AsyncDisposable {
  /**
   * The ports that pods use, one after the other. There is one port more than there are replicas, for the pod that
   * replaces another one.
   */
  readonly ports: readonly number[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'pods-'));
  #pods: Pod[] = [];
  /** The ports of the pods to which balancers send calls. */
  #endpoints: readonly number[] = [];
  #started = 0;
  restarts = 0;

  private constructor(ports: readonly number[]) {
    this.ports = ports;
  }

  static async start(replicas: number): Promise<Pods> {
    const ports = new Set<number>();
    while (ports.size <= replicas) ports.add(await freePort());
    const pods = new Pods([...ports]);
    pods.#pods = await Promise.all(Array.from({ length: replicas }, () => pods.#startPod()));
    return pods;
  }

  get endpoints(): readonly number[] {
    return this.#endpoints;
  }

  /** Replaces the oldest pod. Its successor is ready before the old pod ends. */
  async replaceOne(): Promise<void> {
    this.#pods.push(await this.#startPod());
    await this.#endPod(this.#pods.shift() as Pod);
    this.restarts += 1;
  }

  async #startPod(): Promise<Pod> {
    this.#started += 1;
    const number = this.#started;
    const port = this.ports[number % this.ports.length] as number;
    const healthPort = await freePort();
    const server = await startNodeServer(main, {
      HOST: '127.0.0.1',
      PORT: `${port}`,
      HEALTH_PORT: `${healthPort}`,
      DATABASE_URL: `sqlite:${join(this.#folder, `${number}.db`)}`,
      LOG_LEVEL: 'info',
      ACCESS_LOG: 'off',
      SHUTDOWN_NOTICE_MS: `${noticeMs}`,
      DRAIN_MS: `${drainMs}`,
    });
    // The startup probe.
    while (!(await isServing(healthPort))) await setTimeout(probeMs);
    this.#endpoints = [...this.#endpoints, port];
    return { port, server };
  }

  /** Acts as a kubelet: preStop, SIGTERM, and SIGKILL when the grace period is over. */
  async #endPod({ port, server }: Pod): Promise<void> {
    const known = setTimeout(propagationMs).then(() => {
      this.#endpoints = this.#endpoints.filter((endpoint) => endpoint !== port);
    });
    await setTimeout(preStopMs);
    await known;
    const { code } = await server.program.end('SIGTERM', graceMs);
    if (code !== 0) throw new Error(`a pod ended with ${code}:\n${server.program.lastLines}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#pods.map(({ server }) => server[Symbol.asyncDispose]()));
    rmSync(this.#folder, { recursive: true });
  }
}

async function isServing(port: number): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  const url = `http://127.0.0.1:${port}/grpc.health.v1.Health/Check`;
  try {
    const response = await fetch(url, { method: 'POST', headers, body: '{}' });
    return ((await response.json()) as { status?: string }).status === 'SERVING';
  } catch {
    return false;
  }
}
