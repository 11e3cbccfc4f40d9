import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { installEnvoy } from '@example/kit/envoy';
import { startExampleEnvoy } from '@example/kit/example-envoy';
import { freePort, outputOf, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { skipReason } from '@example/kit/toolchains';
import { OrderService, OrderStatus } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { dockerFolder, imageSettings } from './image.ts';
import { configReaders, knownVariables } from './server-facts.ts';

interface ComposeService {
  readonly image: string;
  readonly build: {
    readonly context: string;
    readonly dockerfile: string;
    readonly args: { readonly SERVICE: string };
  };
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly (string | { readonly source: string; readonly target: string })[];
  readonly user: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period: string;
  readonly deploy: { readonly replicas: number };
  readonly healthcheck: { readonly test: readonly string[] };
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const noEnvoy = await skipReason(installEnvoy);
const text = readFileSync(join(dockerFolder, 'compose.yaml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const image = imageSettings();
const readers = await configReaders();
const built = Object.keys(compose.services).filter((name) => compose.services[name]?.build !== undefined);

describe.each(built)('%s in compose.yaml', (name) => {
  const service = compose.services[name] as ComposeService;
  const env = { ...image.env, ...service.environment };

  it('has only variables that the service reads, and the ports that its health check uses', () => {
    expect(Object.keys(service.environment).filter((variable) => !knownVariables().has(variable))).toEqual([]);
    const { server, database } = readers.get(name)?.(env) ?? {};
    expect(database?.kind).toBe('postgres');
    expect(server?.host).toBe('::');
    expect(service.healthcheck.test.join(' ')).toContain(`http://127.0.0.1:${server?.healthPort}/`);
    const needed = ((server?.shutdownNoticeMs ?? 0) + (server?.drainMs ?? 0)) / 1_000 + 5;
    expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThanOrEqual(needed);
  });

  it('has the secrets to which its variables refer', () => {
    const targets = service.secrets.map((secret) => (typeof secret === 'string' ? secret : secret.target));
    const named = Object.values(env).filter((value) => value.startsWith('/run/secrets/'));
    expect(named.map((path) => path.slice('/run/secrets/'.length)).sort()).toEqual([...targets].sort());
    const sources = service.secrets.map((secret) => (typeof secret === 'string' ? secret : secret.source));
    expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(sources));
  });

  it('is built from the service, has two replicas, and has the permissions of the manifests', () => {
    expect(service.build.args.SERVICE).toBe(name);
    expect(existsSync(join(dockerFolder, service.build.context, service.build.dockerfile))).toBe(true);
    expect(service.deploy.replicas).toBe(2);
    expect(service.user).toBe(`${image.user}:${image.group}`);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });
});

it('the files that compose.yaml mounts exist, except secrets', () => {
  const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes);
  const files = mounted.map((volume) => volume.split(':')[0] as string).filter((path) => path.startsWith('.'));
  const isHere = (path: string) => existsSync(join(dockerFolder, path));
  // A copy of this repository may lack the example of Envoy.
  const expected = files.filter(
    (path) => !path.startsWith('./secrets') && (isHere('../envoy') || !path.includes('envoy')),
  );
  const missing = expected.filter((path) => !isHere(path));
  expect(missing).toEqual([]);
});

it.skipIf(noEnvoy)(`make-secrets.js makes secrets for the services and Envoy${noEnvoy ?? ''}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'make-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(dockerFolder, 'make-secrets.js'), join(folder, 'make-secrets.js'));
  const token = (await outputOf('node', [join(folder, 'make-secrets.js')])).trim();
  for (const { file } of Object.values(compose.secrets)) expect(existsSync(join(folder, file))).toBe(true);
  const start = (service: string) => {
    const names = ['TLS_CERT', 'TLS_KEY', 'AUTH_JWKS', 'AUTH_ISSUER', 'AUTH_AUDIENCE'];
    const { environment } = compose.services[service] as ComposeService;
    const settings = names.map((name) => [name, environment[name]?.replace('/run/secrets', `${folder}/secrets`)]);
    const env = { ...Object.fromEntries(settings), HOST: '127.0.0.1', DATABASE_URL: `sqlite:${folder}/${service}.db` };
    return startNodeServer(join(root, 'packages', service, 'src/main.ts'), env);
  };
  await using userServer = await start('user-service');
  await using orderServer = await start('order-service');
  const portOf = ({ url }: { readonly url: string }) => Number(new URL(url).port);
  const upstreams = { 'user-service': [portOf(userServer)], 'order-service': [portOf(orderServer)] };
  const tls = join(folder, 'secrets/envoy');
  await using envoy = await startExampleEnvoy({ upstreams, tlsFolder: tls });
  const transport = createTransport({
    target: `localhost:${envoy.port}`,
    tls: { ca: join(tls, 'ca.pem') },
    token: async () => ({ value: token, expiresAt: Number.POSITIVE_INFINITY }),
  });
  onTestFinished(() => transport.close());
  const users = createClient(UserService, transport);
  const orders = createClient(OrderService, transport);
  // Envoy checks the health of the services once a second.
  await expect.poll(async () => (await users.getUser({ id: '1' })).name, { timeout: 20_000 }).toBe('Aoife');
  await expect.poll(() => orders.createOrder({ customerId: 'anybody' }), { timeout: 20_000 }).toBeDefined();
  const { id, customerId } = await orders.createOrder({ customerId: 'usr-1' });
  expect(customerId).toBe('usr-1');
  expect(await orders.updateOrderStatus({ id, status: OrderStatus.CONFIRMED })).toMatchObject({
    status: OrderStatus.CONFIRMED,
  });
  const received: string[] = [];
  for await (const { text } of orders.orderChat(messages(id, 'hello'))) {
    received.push(text);
    break;
  }
  expect(received).toEqual(['hello']);
});

async function* messages(orderId: string, text: string) {
  yield { orderId, sender: 'me', text };
}

it('the health check succeeds while a service serves, and fails without it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const port = await freePort();
  const [service = ''] = built;
  const [, , ...args] = (compose.services[service] as ComposeService).healthcheck.test;
  const check = () =>
    spawnSync(
      process.execPath,
      args.map((arg) => arg.replace(':9001/', `:${port}/`)),
    ).status;
  const env = {
    HEALTH_PORT: `${port}`,
    HOST: '127.0.0.1',
    DATABASE_URL: `sqlite:${folder}/store.db`,
    LOG_LEVEL: 'info',
  };
  await using server = await startNodeServer(join(root, 'packages', service, 'src/main.ts'), env);
  expect(check()).toBe(0);
  await server.program.end('SIGKILL');
  expect(check()).toBe(1);
});
