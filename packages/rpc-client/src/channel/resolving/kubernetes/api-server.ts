import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';

/** How a pod reaches the API server of its cluster. */
export interface ClusterAccess {
  /** Has KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Has the files of a service account, which kubelet replaces: `token`, `ca.crt` and `namespace`. */
  readonly folder: string;
  /** Milliseconds for the headers of a response. */
  readonly responseMs: number;
}

export const inPod: ClusterAccess = {
  env: process.env,
  folder: '/var/run/secrets/kubernetes.io/serviceaccount',
  responseMs: 10_000,
};

const maxErrorBytes = 64 * 1024;
/** Of a list, or of one event. The largest slice has a thousand endpoints, of some hundred bytes each. */
const maxBytes = 64 * 1024 * 1024;
/** So that a connection that is dead is noticed while nothing changes. Node probes ten times, a second apart. */
const tcpKeepaliveMs = 15_000;

/** A response with an error. */
export class ApiError extends Error {
  /** The HTTP status. */
  readonly code: number;
  /** Milliseconds that the server asks to wait; undefined if it does not. */
  readonly retryAfterMs: number | undefined;

  constructor(code: number, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The API server, as a service account. Its files are read for each request. A request does not keep the process. */
export class ApiServer {
  readonly #access: ClusterAccess;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** The namespace of this pod. */
  async namespace(): Promise<string> {
    return await this.#read('namespace');
  }

  /** @throws {ApiError} for a response other than 200 */
  async read(path: string, signal: AbortSignal): Promise<unknown> {
    return JSON.parse(await textOf(await this.#get(path, signal), maxBytes));
  }

  /**
   * The events of a watch, one JSON text a line, until it ends. A line that is cut is left out.
   *
   * @throws {ApiError} for a response other than 200
   */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<unknown> {
    let rest = '';
    const response = await this.#get(path, signal);
    response.setEncoding('utf8');
    for await (const text of response as AsyncIterable<string>) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() as string;
      if (rest.length > maxBytes) throw new Error('an event is too large');
      for (const line of lines) if (line !== '') yield JSON.parse(line);
    }
  }

  async #read(name: string): Promise<string> {
    const text = await readFile(join(this.#access.folder, name), 'utf8').catch((error: Error) => {
      throw new Error(`the service account has no ${name}: ${error.message}. Set automountServiceAccountToken`);
    });
    return text.trim();
  }

  async #get(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { env, responseMs } = this.#access;
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
    if (host === undefined) throw new Error('KUBERNETES_SERVICE_HOST is not set: this is no pod of Kubernetes');
    const [token, ca] = await Promise.all([this.#read('token'), this.#read('ca.crt')]);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
      const request = get({ host, port, path, ca, headers, signal, agent: false }, (found) => {
        clearTimeout(timer);
        resolve(found);
      });
      const timer = setTimeout(
        () => request.destroy(new Error(`no response within ${responseMs} ms`)),
        responseMs,
      ).unref();
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.on('socket', (socket) => socket.setKeepAlive(true, tcpKeepaliveMs).unref());
    });
    if (response.statusCode === 200) return response;
    const retryAfter = Number(response.headers['retry-after'] ?? Number.NaN);
    const message = messageOf(await textOf(response, maxErrorBytes));
    const retryAfterMs = Number.isFinite(retryAfter) ? retryAfter * 1_000 : undefined;
    throw new ApiError(response.statusCode as number, message, retryAfterMs);
  }
}

async function textOf(response: IncomingMessage, max: number): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response as AsyncIterable<string>) {
    text += part;
    if (text.length > max) throw new Error('the response is too large');
  }
  return text;
}

/** Errors are objects of the kind Status; those of a proxy before the server may be any text. */
function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message: string }).message;
  } catch {
    return body.slice(0, 200);
  }
}
