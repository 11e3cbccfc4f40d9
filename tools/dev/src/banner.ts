import { relative } from 'node:path';
import type { Certificates, Tokens } from './credentials.ts';
import type { DevService } from './dev-service.ts';
import { grpcurlOptions } from './grpcurl-options.ts';
import type { DevOptions } from './options.ts';

/** The text that `pnpm dev` prints when all programs listen: their addresses, and commands to try. */
export function banner(
  { services, envoy, webPage, data }: Pick<DevOptions, 'services' | 'envoy' | 'webPage' | 'data'>,
  reference: string,
  tokens: Tokens | undefined,
  certificates: Certificates | undefined,
): string {
  const scheme = certificates ? 'https' : 'http';
  const tries = tokens ? tryWithToken(services, tokens, certificates) : tryPlain(services);
  const programs = [webPage, ...services, envoy].filter((program) => program !== undefined);
  const width = Math.max(...programs.map(({ title }) => title.length), 'API reference'.length) + 2;
  const row = (title: string, text: string) => `  ${title.padEnd(width)}${text}\n`;
  const rows = [
    ...programs.map(({ title, port }) => row(title, `${scheme}://localhost:${port}`)),
    row('API reference', reference),
    row('Data', `${data} (kept between runs; pnpm dev --fresh starts with empty stores)`),
    row('Rate limit', 'none in practice (CALLS_PER_SECOND=200 pnpm dev sets the default of a deployed service)'),
    ...(webPage && certificates ? [row('Certificates', trust(certificates))] : []),
  ];
  return `
${rows.join('')}
  Try in another terminal:

${tries.map((line) => `    ${line}\n`).join('')}
  A service restarts when one of its source files changes. Ctrl-C stops all.

`;
}

function trust({ caPath }: Certificates): string {
  return `the browser must trust ${relative(process.cwd(), caPath)}, or open each of these addresses once and accept it`;
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

function tryWithToken(
  services: readonly DevService[],
  tokens: Tokens,
  certificates: Certificates | undefined,
): string[] {
  const { user, others } = addresses(services);
  const ca = certificates && relative(process.cwd(), certificates.caPath);
  const scheme = ca ? 'https' : 'http';
  const curl = ca ? `--cacert ${ca} ` : '';
  const bufCurl = ca ? curl : '--http2-prior-knowledge ';
  const bearer = '"authorization: Bearer $TOKEN"';
  return [
    `TOKEN=${tokens.token}`,
    ...(user
      ? [
          `grpcurl ${grpcurlOptions(tokens, certificates)} -d ${request} ${user} user.v1.UserService/GetUser`,
          `curl ${curl}-H ${bearer} -H 'content-type: application/json' -d ${request} ${scheme}://${user}/user.v1.UserService/GetUser`,
        ]
      : []),
    ...others.map((address) => `npx buf curl ${bufCurl}-H ${bearer} --list-methods ${scheme}://${address}`),
  ];
}

/** The addresses of the services for which examples/ has clients, and of the other services. */
function addresses(services: readonly DevService[]) {
  const known = ['user', 'order'];
  const addressOf = ({ port }: DevService) => `localhost:${port}`;
  const addressNamed = (name: string) => services.filter((service) => service.name === name).map(addressOf)[0];
  return {
    user: addressNamed('user'),
    order: addressNamed('order'),
    others: services.filter(({ name }) => !known.includes(name)).map(addressOf),
  };
}
