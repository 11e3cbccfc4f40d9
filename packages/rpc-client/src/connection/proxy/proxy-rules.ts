import { NoProxy } from './no-proxy.ts';

/** An HTTP proxy. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** Whether the connection to the proxy itself has TLS. */
  readonly hasTls: boolean;
  /** The value of Proxy-Authorization. */
  readonly authorization: string | undefined;
}

/** Chooses the proxy for an address. @returns undefined for a direct connection */
export type ProxyRules = (host: string, port: number) => HttpProxy | undefined;

/**
 * The variables in the order of gRFC A1. `HTTP_PROXY` is not read, because in a CGI program a client could set it with
 * a header field `Proxy`.
 */
const proxyVariables = ['grpc_proxy', 'GRPC_PROXY', 'https_proxy', 'HTTPS_PROXY', 'http_proxy'];
const noProxyVariables = ['no_grpc_proxy', 'NO_GRPC_PROXY', 'no_proxy', 'NO_PROXY'];

const direct: ProxyRules = () => undefined;

/**
 * @param option the URL of a proxy for all addresses; false for none; undefined to use the environment
 * @throws {TypeError} for an invalid URL; the message does not contain the password
 */
export function proxyRules(
  option: string | false | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ProxyRules {
  if (option === false) return direct;
  if (option !== undefined) {
    const proxy = readProxy(option, 'the option proxy');
    return () => proxy;
  }
  const variable = firstSet(proxyVariables, env);
  const url = variable && env[variable];
  // An empty variable disables the variables that follow it.
  if (variable === undefined || url === undefined || url === '') return direct;
  const proxy = readProxy(url, `the environment variable ${variable}`);
  const noProxy = new NoProxy(env[firstSet(noProxyVariables, env) ?? ''] ?? '');
  return (host, port) => (noProxy.matches(host, port) ? undefined : proxy);
}

function firstSet(names: readonly string[], env: Readonly<Record<string, string | undefined>>): string | undefined {
  return names.find((name) => env[name] !== undefined);
}

const ports: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

function readProxy(text: string, source: string): HttpProxy {
  const whole = text.includes('://') ? text : `http://${text}`;
  // The error of `new URL` would contain the password.
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  const defaultPort = url && ports[url.protocol];
  if (url === undefined || url.hostname === '' || defaultPort === undefined) throw invalidProxy(source);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    hasTls: url.protocol === 'https:',
    authorization: url.username === '' && url.password === '' ? undefined : basic(url, source),
  };
}

function basic({ username, password }: URL, source: string): string {
  try {
    const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(text).toString('base64')}`;
  } catch {
    throw new TypeError(`${source} has a user or a password with a % that is not part of %XX: write it as %25`);
  }
}

function invalidProxy(source: string): TypeError {
  return new TypeError(
    `${source} must be such as http://USER:PASSWORD@HOST:PORT, with http or https: ` +
      'correct it, or set the option proxy to false for no proxy',
  );
}
