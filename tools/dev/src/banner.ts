import { relative } from 'node:path';
import type { Certificates, Tokens } from './credentials.ts';
import { envoySpec } from './envoy.ts';
import type { DevOptions } from './options.ts';
import { pageSpec } from './page.ts';
import type { ServiceSpec } from './service-spec.ts';

/** The text that `pnpm dev` prints when all programs listen: their addresses, and commands to try. */
export function banner(
  specs: readonly ServiceSpec[],
  { data, envoyPort, pagePort }: Pick<DevOptions, 'data' | 'envoyPort' | 'pagePort'>,
  tokens: Tokens | undefined,
  certificates: Certificates | undefined,
): string {
  const address = (name: ServiceSpec['name']) => `localhost:${specs.find((spec) => spec.name === name)?.port}`;
  const users = address('user-service');
  const orders = address('order-service');
  const scheme = certificates ? 'https' : 'http';
  const addresses = [
    ...(pagePort === undefined ? [] : [pageSpec(pagePort)]),
    ...specs,
    ...(envoyPort === undefined ? [] : [envoySpec(envoyPort)]),
  ].map(({ title, port }) => `  ${title.padEnd(15)}${scheme}://localhost:${port}\n`);
  const tries = tokens ? tryWithToken(users, tokens.token, certificates) : tryPlain(users, orders);
  return `
${addresses.join('')}  Data           ${data} (kept between runs; pnpm dev --fresh starts with empty stores)
  Rate limit     none in practice (CALLS_PER_SECOND=200 pnpm dev has that of a deployed service)
${trustLine(pagePort, certificates)}
  Try in another terminal:

${tries.map((line) => `    ${line}\n`).join('')}
  A service restarts when one of its source files changes. Ctrl-C stops all.

`;
}

function trustLine(pagePort: number | undefined, certificates: Certificates | undefined): string {
  if (pagePort === undefined || certificates === undefined) return '';
  const ca = relative(process.cwd(), certificates.caPath);
  return `  Certificates   the browser must trust ${ca}, or open each of these addresses once and accept it\n`;
}

const request = `'{"id":"1"}'`;

function tryPlain(users: string, orders: string): string[] {
  return [
    `node examples/node-client/client.js ${users}`,
    `npx tsx examples/ts-client/src/main.ts --users http://${users} --orders http://${orders}`,
    `curl -H 'content-type: application/json' -d ${request} http://${users}/user.v1.UserService/GetUser`,
  ];
}

function tryWithToken(users: string, token: string, certificates: Certificates | undefined): string[] {
  const ca = certificates && relative(process.cwd(), certificates.caPath);
  const [grpcurl, curl] = ca ? [`-cacert ${ca}`, `--cacert ${ca} `] : ['-plaintext', ''];
  const url = `${ca ? 'https' : 'http'}://${users}`;
  return [
    `TOKEN=${token}`,
    `grpcurl ${grpcurl} -H "authorization: Bearer $TOKEN" -d ${request} ${users} user.v1.UserService/GetUser`,
    `curl ${curl}-H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d ${request} ${url}/user.v1.UserService/GetUser`,
  ];
}
