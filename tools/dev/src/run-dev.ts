import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { installEnvoy } from '@example/kit/envoy';
import { root } from '@example/kit/root';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { bind } from '@example/rpc-server';
import { StoreUnavailableError } from '@example/service-kit';
import { serveApiReference } from './api-reference.ts';
import { banner } from './banner.ts';
import { createCertificates, createTokens } from './credentials.ts';
import { prepareData } from './data-folder.ts';
import type { DevProgram } from './dev-service.ts';
import { runEnvoy } from './envoy.ts';
import { grpcurlOptions } from './grpcurl-options.ts';
import { linePrinter } from './line-printer.ts';
import { listenerOn } from './listener-on.ts';
import { type DevOptions, parseOptions, usage } from './options.ts';
import { runPage } from './page.ts';
import { type RunningProgram, watchService } from './watched-service.ts';

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/**
 * Runs all services and the web page until SIGINT, SIGTERM or SIGHUP, or until stdout is closed.
 *
 * @param args the command line, see `usage`
 * @returns the exit code: 0 after a signal, 1 when it could not start or a program exited by itself
 */
export async function runDev(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  let options: DevOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    stderr.write(`pnpm dev: ${(error as Error).message}\n\n${usage()}`);
    return 1;
  }
  if (options.help) {
    stdout.write(usage());
    return 0;
  }
  const { services, envoy, referencePort, webPage } = options;
  const programs = [...services, envoy, webPage].filter((program) => program !== undefined);
  const busy = await busyPorts(programs);
  if (busy.length > 0) {
    for (const line of busy) stderr.write(`${line}\n`);
    return 1;
  }
  const folder = resolve(root, options.data);
  try {
    if (envoy) installEnvoy();
    prepareData(folder, services, options.fresh);
  } catch (error) {
    if (error instanceof ToolchainMissingError) stderr.write(`pnpm dev --envoy: ${error.message}\n`);
    else if (error instanceof StoreUnavailableError) {
      stderr.write(`${error.message}, or choose another folder with --data DIR\n`);
    } else throw error;
    return 1;
  }

  const tokens = options.secure || options.tokens ? await createTokens(folder) : undefined;
  const certificates = options.secure ? await createCertificates(folder, services) : undefined;
  const at = ({ port }: DevProgram) => `${certificates ? 'https' : 'http'}://localhost:${port}`;
  const reference = await serveApiReference(
    referencePort,
    services,
    certificates ? 'https' : 'http',
    grpcurlOptions(tokens, certificates),
  );
  const ownOrigins = [reference.origin, ...(webPage ? [at(webPage)] : [])];
  const origins = [...ownOrigins, ...(process.env['CORS_ORIGINS'] ?? '').split(',')].filter((origin) => origin !== '');
  const users = services.find(({ name }) => name === 'user');
  const env = {
    ...(tokens?.env ?? { AUTH: 'off' }),
    ...certificates?.env,
    ...(envoy && { TRUSTED_PROXIES: '127.0.0.1' }),
    CORS_ORIGINS: origins.join(','),
    // OrderService checks customers with UserService.
    ...(users && { USERS_TARGET: `localhost:${users.port}` }),
    ...(users && certificates && { USERS_CA: certificates.caPath }),
  };
  const printer = (program: DevProgram) => linePrinter(program, programs, stdout);
  const running: RunningProgram[] = services.map((service) => watchService(service, folder, env, printer(service)));
  if (envoy) {
    const listening = Promise.all(running.map((program) => program.listening));
    running.push(runEnvoy(envoy.port, services, listening, origins, certificates?.folder, printer(envoy)));
  }
  if (webPage) {
    const addressOf = (name: string) => services.filter((service) => service.name === name).map(at)[0] ?? '';
    const addresses = { usersUrl: addressOf('user'), ordersUrl: addressOf('order'), envoyUrl: envoy && at(envoy) };
    const settings = { port: webPage.port, addresses, accounts: tokens?.pageAccounts ?? [], tls: certificates?.env };
    running.push(runPage(settings, printer(webPage)));
  }
  running.push(reference);
  return await untilEnded(running, stdout, () => stdout.write(banner(options, reference.origin, tokens, certificates)));
}

async function busyPorts(programs: readonly DevProgram[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { title, port, portOption } of programs) {
    try {
      const { servers } = await bind(createServer, 'localhost', port);
      for (const server of servers) server.close();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const holder = listenerOn(port) ?? 'the program that listens there';
      lines.push(
        code === 'EADDRINUSE'
          ? `Port ${port} of ${title} is in use: stop ${holder}, or choose another port with ${portOption} N.`
          : `Port ${port} of ${title} cannot be used: ${message}`,
      );
    }
  }
  return lines;
}

async function untilEnded(
  programs: readonly RunningProgram[],
  stdout: Streams['stdout'],
  listening: () => void,
): Promise<number> {
  let signalled = false;
  const endAll = () => {
    for (const program of programs) program.end();
  };
  const onSignal = () => {
    signalled = true;
    endAll();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  // The reader has exited, as with `pnpm dev | head`. Every later write fails, too.
  stdout.on('error', () => signalled || onSignal());
  try {
    Promise.all(programs.map((program) => program.listening)).then(listening);
    await Promise.race(programs.map((program) => program.ended));
    if (!signalled) endAll();
    await Promise.all(programs.map((program) => program.ended));
    return signalled ? 0 : 1;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
