import { setTimeout as wait } from 'node:timers/promises';
import { backoffMs } from '../../../backoff.ts';
import type { Resolver, ResolverListener } from '../resolver.ts';
import type { Target } from '../target.ts';
import { ApiError, ApiServer, type ClusterAccess, inPod } from './api-server.ts';
import { type EndpointSlice, endpointsOf, portNames } from './endpoint-slices.ts';
import { type KubernetesTarget, parseKubernetesTarget } from './kubernetes-target.ts';

type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: EndpointSlice }
  | { readonly type: 'BOOKMARK'; readonly object: Pick<EndpointSlice, 'metadata'> }
  | { readonly type: 'ERROR'; readonly object: { readonly code?: number; readonly message?: string } };

interface EndpointSliceList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly EndpointSlice[] | null;
}

const gone = 410;
const forbidden = 403;
/** The time limit for a whole list, in milliseconds. */
const listMs = 30_000;
/** The server ends a watch after this time, in seconds, plus a random time of up to the same length. */
const watchSeconds = 300;
/** A watch that ends sooner, without an event, is a failure. */
const shortWatchMs = 1_000;
/**
 * The pause before a change is reported, in milliseconds: between two events, a pod that moves to another slice is in
 * neither slice.
 */
const settleMs = 50;
const backoff = { initialMs: 200, maxMs: 10_000 };

/**
 * Resolves `kubernetes:///SERVICE.NAMESPACE:PORT` by the EndpointSlices of the Service. It lists the slices, and then
 * watches them, so that calls reach new pods and avoid removed ones as soon as the API server reports the change. While
 * the API server cannot be reached, the pods that are already known stay in use. The service account needs `list` and
 * `watch` of `endpointslices` in `discovery.k8s.io`.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class KubernetesResolver implements Resolver {
  readonly authority: string;
  readonly #target: KubernetesTarget;
  readonly #api: ApiServer;
  readonly #slices = new Map<string, EndpointSlice>();
  #listener: ResolverListener | undefined;
  #stop = new AbortController();
  #settling: NodeJS.Timeout | undefined;
  /** The version of the slices; undefined when they must be listed. */
  #version: string | undefined;
  /** The number of consecutive failures. */
  #failures = 0;
  #known = '';

  /** @throws {TypeError} for an invalid target */
  constructor(target: Target, access: ClusterAccess = inPod) {
    this.#target = parseKubernetesTarget(target);
    this.#api = new ApiServer(access);
    const { service, namespace, port } = this.#target;
    const host = namespace === undefined ? service : `${service}.${namespace}`;
    this.authority = typeof port === 'number' ? `${host}:${port}` : host;
  }

  start(listener: ResolverListener): void {
    this.#listener = listener;
    this.#stop = new AbortController();
    this.#version = undefined;
    this.#failures = 0;
    this.#known = '';
    void this.#follow(this.#stop.signal);
  }

  /** Does nothing, because the watch reports changes sooner than another list would. */
  refresh(): void {}

  stop(): void {
    this.#listener = undefined;
    this.#stop.abort();
    clearTimeout(this.#settling);
    this.#settling = undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let pauseMs = 0;
      try {
        const path = await this.#path();
        if (this.#version === undefined) await this.#list(path, signal);
        await this.#watch(path, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#failures += 1;
        this.#onFailure(error as Error);
        pauseMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
      }
      if (this.#failures > 0) pauseMs = Math.max(pauseMs, backoffMs(this.#failures - 1, backoff));
      await wait(pauseMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #path(): Promise<string> {
    const { service, namespace = await this.#api.namespace() } = this.#target;
    const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
    return `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}`;
  }

  async #list(path: string, signal: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(listMs);
    const list = (await this.#api.read(path, AbortSignal.any([signal, timeout]))) as EndpointSliceList;
    this.#slices.clear();
    for (const slice of list.items ?? []) this.#slices.set(slice.metadata.name, slice);
    this.#version = list.metadata.resourceVersion;
    this.#report();
  }

  async #watch(path: string, signal: AbortSignal): Promise<void> {
    const seconds = Math.round(watchSeconds * (1 + Math.random()));
    const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${seconds}&resourceVersion=${this.#version}`;
    const timeout = AbortSignal.timeout((seconds + 30) * 1_000);
    const startedAt = performance.now();
    let isShort = true;
    for await (const event of this.#api.watch(`${path}&${query}`, AbortSignal.any([signal, timeout]))) {
      this.#onEvent(event as WatchEvent);
      isShort = false;
    }
    if (isShort && performance.now() - startedAt < shortWatchMs) throw new Error('the watch ended at once');
    this.#failures = 0;
  }

  #onEvent({ type, object }: WatchEvent): void {
    if (type === 'ERROR') {
      // The code is mostly 410: the version is too old. The slices may be outdated after any error, so they are listed
      // again.
      this.#version = undefined;
      throw new ApiError(object.code ?? 500, object.message ?? 'the watch has failed');
    }
    this.#failures = 0;
    this.#version = object.metadata.resourceVersion;
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') this.#slices.delete(object.metadata.name);
    else this.#slices.set(object.metadata.name, object);
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#report();
    }, settleMs).unref();
  }

  #onFailure(error: Error): void {
    // In both cases events may have been missed, so the slices are listed again.
    if (error instanceof SyntaxError || (error instanceof ApiError && error.code === gone)) this.#version = undefined;
    const hint =
      error instanceof ApiError && error.code === forbidden ? ': a Role must allow it list and watch of them' : '';
    this.#fail(`the EndpointSlices cannot be read: ${error.message}${hint}`);
  }

  #report(): void {
    const { port } = this.#target;
    const slices = [...this.#slices.values()];
    const endpoints = endpointsOf(slices, port);
    if (endpoints.length === 0) {
      const names = portNames(slices);
      if (slices.length === 0) this.#fail('there is no such Service, or it has no pods');
      else if (typeof port === 'string' && !names.includes(port)) {
        this.#fail(`it has no port ${port}, but ${names.join(', ') || 'none with a name'}`);
      } else this.#fail('none of its pods is ready');
      return;
    }
    const text = JSON.stringify(endpoints);
    if (text === this.#known) return;
    this.#known = text;
    this.#listener?.onEndpoints(endpoints);
  }

  /** Reports the error if no pods are known yet. Otherwise the previous pods stay in use. */
  #fail(message: string): void {
    const { service, namespace } = this.#target;
    const name = namespace === undefined ? service : `${namespace}/${service}`;
    if (this.#known === '') this.#listener?.onError(`the Service ${name} cannot be resolved: ${message}`);
  }
}
