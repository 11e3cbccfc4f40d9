import { relative } from 'node:path';
import type { Credentials } from './credentials.ts';
import type { DevOptions } from './options.ts';
import type { ServiceSpec } from './service-spec.ts';

/** The text that `pnpm dev` prints when both services listen: their addresses, and commands to try. */
export function banner(
  specs: readonly ServiceSpec[],
  { data, envoyPort }: Pick<DevOptions, 'data' | 'envoyPort'>,
  credentials: Credentials | undefined,
): string {
  const address = (name: ServiceSpec['name']) => `localhost:${specs.find((spec) => spec.name === name)?.port}`;
  const users = address('user-service');
  const orders = address('order-service');
  const scheme = credentials ? 'https' : 'http';
  const tries = credentials ? trySecure(users, credentials) : tryPlain(users, orders);
  const envoy = envoyPort === undefined ? [] : [{ title: 'Envoy', port: envoyPort }];
  const addresses = [...specs, ...envoy].map(
    ({ title, port }) => `  ${title.padEnd(15)}${scheme}://localhost:${port}\n`,
  );
  return `
${addresses.join('')}  Data           ${data} (kept between runs; pnpm dev --fresh starts with empty stores)
  Rate limit     none in practice (CALLS_PER_SECOND=200 pnpm dev has that of a deployed service)

  Try in another terminal:

${tries.map((line) => `    ${line}\n`).join('')}
  A service restarts when one of its source files changes. Ctrl-C stops both.

`;
}

const request = `'{"id":"1"}'`;

function tryPlain(users: string, orders: string): string[] {
  return [
    `node examples/node-client/client.js ${users}`,
    `npx tsx examples/ts-client/src/main.ts --users http://${users} --orders http://${orders}`,
    `curl -H 'content-type: application/json' -d ${request} http://${users}/user.v1.UserService/GetUser`,
  ];
}

function trySecure(users: string, { caPath, token }: Credentials): string[] {
  const ca = relative(process.cwd(), caPath);
  return [
    `TOKEN=${token}`,
    `grpcurl -cacert ${ca} -H "authorization: Bearer $TOKEN" -d ${request} ${users} user.v1.UserService/GetUser`,
    `curl --cacert ${ca} -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d ${request} https://${users}/user.v1.UserService/GetUser`,
  ];
}
