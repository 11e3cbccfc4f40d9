import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterAccess } from '../channel/resolving/kubernetes/api-server.ts';
import type { EndpointSlice } from '../channel/resolving/kubernetes/endpoint-slices.ts';

type Slice = Omit<EndpointSlice, 'metadata'>;
type Stored = Slice & {
  readonly metadata: EndpointSlice['metadata'] & { readonly labels: Readonly<Record<string, string>> };
};
type Event = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Stored };

interface Watch {
  readonly response: ServerResponse;
  readonly service: string;
}

const namespace = 'shop';
const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;

/**
 * The part of a Kubernetes API server that has the EndpointSlices of the namespace `shop`, over HTTPS, with versions,
 * watches and their end as documented. A test breaks it in every way.
 */
export class KubernetesApi implements AsyncDisposable {
  readonly #server;
  readonly #ca: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'service-account-'));
  readonly #slices = new Map<string, Stored>();
  readonly #history: Event[] = [];
  readonly #watches = new Set<Watch>();
  #version = 100;
  /** Events up to this version are forgotten. */
  #compacted = 100;
  /** The tokens that it takes. */
  tokens = ['first'];
  /** Of each response, in milliseconds. */
  delayMs = 0;
  /** Of each response, when it is not 200. */
  status = 200;
  lists = 0;
  /** The versions from which watches were asked for. */
  readonly watchedFrom: number[] = [];
  /** The statuses of all responses. */
  readonly statuses: number[] = [];

  private constructor(keyPair: { readonly cert: string; readonly key: string }, ca: string) {
    this.#ca = ca;
    this.#server = createServer(keyPair, (request, response) => {
      setTimeout(() => this.#respond(request, response), this.delayMs);
    });
    this.setToken('first');
    writeFileSync(join(this.#folder, 'ca.crt'), ca);
    writeFileSync(join(this.#folder, 'namespace'), namespace);
  }

  /** @param keyPair for 127.0.0.1 */
  static async start(keyPair: { readonly cert: string; readonly key: string }, ca: string): Promise<KubernetesApi> {
    const api = new KubernetesApi(keyPair, ca);
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  get access(): ClusterAccess {
    const { port } = this.#server.address() as AddressInfo;
    const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) };
    return { env, folder: this.#folder, responseMs: 500 };
  }

  get watches(): number {
    return this.#watches.size;
  }

  /** What kubelet does with the file. */
  setToken(token: string): void {
    writeFileSync(join(this.#folder, 'token'), `${token}\n`);
  }

  setCa(text = this.#ca): void {
    writeFileSync(join(this.#folder, 'ca.crt'), text);
  }

  set(service: string, name: string, slice: Slice): void {
    const type = this.#slices.has(name) ? 'MODIFIED' : 'ADDED';
    const labels = { 'kubernetes.io/service-name': service };
    const metadata = { name, resourceVersion: String(++this.#version), labels };
    this.#slices.set(name, { ...slice, metadata });
    this.#tell({ type, object: { ...slice, metadata } });
  }

  delete(name: string): void {
    const slice = this.#slices.get(name) as Stored;
    this.#slices.delete(name);
    this.#tell({
      type: 'DELETED',
      object: { ...slice, metadata: { ...slice.metadata, resourceVersion: String(++this.#version) } },
    });
  }

  #tell(event: Event): void {
    this.#history.push(event);
    for (const { service, response } of this.#watches) if (isOf(event.object, service)) response.write(lineOf(event));
  }

  /** Other objects of the cluster change, and watches are sent the version alone. */
  bookmark(): void {
    this.#version += 50;
    const object = { kind: 'EndpointSlice', metadata: { resourceVersion: String(this.#version) } };
    for (const { response } of this.#watches) response.write(lineOf({ type: 'BOOKMARK', object }));
  }

  /** Forgets all events so far: watches from before are refused. */
  compact(): void {
    this.#compacted = this.#version;
  }

  /** Watches end with an event of the type ERROR. */
  failWatches(code: number): void {
    const object = { kind: 'Status', code, message: 'too old resource version' };
    for (const { response } of this.#watches) response.end(lineOf({ type: 'ERROR', object }));
  }

  /** Watches end as after their time. */
  endWatches(text = ''): void {
    for (const { response } of this.#watches) response.end(text);
  }

  /** Connections of watches end after a part of this text. */
  async cutWatches(text: string): Promise<void> {
    for (const { response } of this.#watches) {
      await new Promise<unknown>((resolve) => response.write(text, resolve));
      response.socket?.destroy();
    }
  }

  /** A part of the next event, of which the rest follows with this one. */
  get halfAnEvent(): string {
    return lineOf({ type: 'DELETED', object: [...this.#slices.values()][0] }).slice(0, 60);
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url as string, 'https://api');
    const query = Object.fromEntries(url.searchParams) as Record<string, string | undefined>;
    const service = /^kubernetes\.io\/service-name=(.+)$/.exec(query['labelSelector'] ?? '')?.[1];
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const version = Number(query['resourceVersion']);
    if (!this.tokens.includes(token)) this.#fail(response, 401, 'Unauthorized');
    else if (url.pathname !== path) this.#fail(response, 403, 'endpointslices is forbidden in the namespace');
    else if (this.status !== 200) this.#fail(response, this.status, 'the server is overloaded');
    else if (service === undefined) this.#fail(response, 400, 'no selector');
    else if (query['watch'] !== '1') this.#list(response, service);
    else if (version < this.#compacted) this.#fail(response, 410, `too old resource version: ${version}`);
    else this.#watch(response, service, version);
  }

  #fail(response: ServerResponse, code: number, message: string): void {
    this.statuses.push(code);
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code, message }));
  }

  #list(response: ServerResponse, service: string): void {
    this.statuses.push(200);
    this.lists += 1;
    const items = [...this.#slices.values()].filter((slice) => isOf(slice, service));
    response.end(
      JSON.stringify({ kind: 'EndpointSliceList', metadata: { resourceVersion: String(this.#version) }, items }),
    );
  }

  #watch(response: ServerResponse, service: string, version: number): void {
    this.statuses.push(200);
    this.watchedFrom.push(version);
    response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    response.flushHeaders();
    const watch = { response, service };
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch)).on('error', () => {});
    for (const event of this.#history) {
      const isLater = Number(event.object.metadata.resourceVersion) > version;
      if (isLater && isOf(event.object, service)) response.write(lineOf(event));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#folder, { recursive: true });
  }
}

function isOf({ metadata }: Stored, service: string): boolean {
  return metadata.labels['kubernetes.io/service-name'] === service;
}

function lineOf(event: object): string {
  return `${JSON.stringify(event)}\n`;
}
