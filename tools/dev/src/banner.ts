import { relative } from 'node:path';
import type { Credentials } from './credentials.ts';
import type { DevService } from './dev-service.ts';
import type { DevOptions } from './options.ts';

/** The text that `pnpm dev` prints when all services listen: their addresses, and commands to try. */
export function banner(
  { services, data, envoyPort }: Pick<DevOptions, 'services' | 'data' | 'envoyPort'>,
  reference: string,
  credentials: Credentials | undefined,
): string {
  const scheme = credentials ? 'https' : 'http';
  const tries = credentials ? trySecure(services, credentials) : tryPlain(services);
  const width = Math.max(...services.map(({ title }) => title.length), 'API reference'.length) + 2;
  const row = (title: string, text: string) => `  ${title.padEnd(width)}${text}\n`;
  const rows = [
    ...services.map(({ title, port }) => row(title, `${scheme}://localhost:${port}`)),
    ...(envoyPort === undefined ? [] : [row('Envoy', `${scheme}://localhost:${envoyPort}`)]),
    row('API reference', reference),
    row('Data', `${data} (kept between runs; pnpm dev --fresh starts with empty stores)`),
    row('Rate limit', 'none in practice (CALLS_PER_SECOND=200 pnpm dev has that of a deployed service)'),
  ];
  return `
${rows.join('')}
  Try in another terminal:

${tries.map((line) => `    ${line}\n`).join('')}
  A service restarts when one of its source files changes. Ctrl-C stops all.

`;
}

const request = `'{"id":"1"}'`;

function tryPlain(services: readonly DevService[]): string[] {
  const { user, order, others } = addresses(services);
  return [
    ...(user ? [`node examples/node-client/client.js ${user}`] : []),
    ...(user && order
      ? [`npx tsx examples/ts-client/src/main.ts --users http://${user} --orders http://${order}`]
      : []),
    ...(user
      ? [`curl -H 'content-type: application/json' -d ${request} http://${user}/user.v1.UserService/GetUser`]
      : []),
    ...others.map((address) => `npx buf curl --http2-prior-knowledge --list-methods http://${address}`),
  ];
}

function trySecure(services: readonly DevService[], { caPath, token }: Credentials): string[] {
  const { user, others } = addresses(services);
  const ca = relative(process.cwd(), caPath);
  const bearer = '"authorization: Bearer $TOKEN"';
  return [
    `TOKEN=${token}`,
    ...(user
      ? [
          `grpcurl -cacert ${ca} -H ${bearer} -d ${request} ${user} user.v1.UserService/GetUser`,
          `curl --cacert ${ca} -H ${bearer} -H 'content-type: application/json' -d ${request} https://${user}/user.v1.UserService/GetUser`,
        ]
      : []),
    ...others.map((address) => `npx buf curl --cacert ${ca} -H ${bearer} --list-methods https://${address}`),
  ];
}

/** The addresses of the services that examples/ has clients for, and of the others. */
function addresses(services: readonly DevService[]) {
  const known = ['user', 'order'];
  const addressOf = ({ port }: DevService) => `localhost:${port}`;
  const [user, order] = known.map((name) => services.filter((service) => service.name === name).map(addressOf)[0]);
  return { user, order, others: services.filter(({ name }) => !known.includes(name)).map(addressOf) };
}
