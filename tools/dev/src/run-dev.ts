import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { installEnvoy } from '@example/kit/envoy';
import { root } from '@example/kit/root';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { bind } from '@example/rpc-server';
import { StoreUnavailableError } from '@example/service-kit';
import { serveApiReference } from './api-reference.ts';
import { banner } from './banner.ts';
import { createCredentials } from './credentials.ts';
import { prepareData } from './data-folder.ts';
import type { DevService } from './dev-service.ts';
import { envoyPart, runEnvoy } from './envoy.ts';
import { linePrinter } from './line-printer.ts';
import { listenerOn } from './listener-on.ts';
import { type DevOptions, parseOptions, usage } from './options.ts';
import { type RunningProgram, watchService } from './watched-service.ts';

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/**
 * Runs all services until SIGINT, SIGTERM or SIGHUP, or until stdout is closed.
 *
 * @param args the command line, see `usage`
 * @returns the exit code: 0 after a signal, 1 when it could not start or a service exited by itself
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
  const { services, envoyPort, referencePort } = options;
  const busy = await busyPorts(envoyPort === undefined ? services : [...services, envoyPart(envoyPort)]);
  if (busy.length > 0) {
    for (const line of busy) stderr.write(`${line}\n`);
    return 1;
  }
  const folder = resolve(root, options.data);
  try {
    if (envoyPort !== undefined) installEnvoy();
    prepareData(folder, services, options.fresh);
  } catch (error) {
    if (error instanceof ToolchainMissingError) stderr.write(`pnpm dev --envoy: ${error.message}\n`);
    else if (error instanceof StoreUnavailableError) {
      stderr.write(`${error.message}, or choose another folder with --data DIR\n`);
    } else throw error;
    return 1;
  }

  const credentials = options.secure ? await createCredentials(folder, services) : undefined;
  const reference = await serveApiReference(referencePort, services, credentials ? 'https' : 'http');
  const origins = [reference.origin, ...(process.env['CORS_ORIGINS'] ?? '').split(',')].filter((one) => one !== '');
  const users = services.find(({ name }) => name === 'user');
  const env = {
    ...(credentials?.env ?? { AUTH: 'off' }),
    CORS_ORIGINS: origins.join(','),
    ...(envoyPort !== undefined && { TRUSTED_PROXIES: '127.0.0.1' }),
    // For OrderService.
    ...(users && { USERS_TARGET: `localhost:${users.port}` }),
    ...(users && credentials && { USERS_CA: credentials.caPath }),
  };
  const printer = (part: Pick<DevService, 'folder'>) => linePrinter(part, services, stdout);
  const running: RunningProgram[] = services.map((service) => watchService(service, folder, env, printer(service)));
  if (envoyPort !== undefined) {
    const listening = Promise.all(running.map((service) => service.listening));
    running.push(runEnvoy(envoyPort, services, listening, credentials?.folder, printer(envoyPart(envoyPort))));
  }
  running.push(reference);
  return await untilEnded(running, stdout, () => stdout.write(banner(options, reference.origin, credentials)));
}

async function busyPorts(services: readonly Pick<DevService, 'title' | 'port' | 'portOption'>[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { title, port, portOption } of services) {
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
  services: readonly RunningProgram[],
  stdout: Streams['stdout'],
  listening: () => void,
): Promise<number> {
  let signalled = false;
  const endAll = () => {
    for (const service of services) service.end();
  };
  const onSignal = () => {
    signalled = true;
    endAll();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  // The reader is gone, as after `pnpm dev | head`. Every later write fails too.
  stdout.on('error', () => signalled || onSignal());
  try {
    Promise.all(services.map((service) => service.listening)).then(listening);
    await Promise.race(services.map((service) => service.ended));
    if (!signalled) endAll();
    await Promise.all(services.map((service) => service.ended));
    return signalled ? 0 : 1;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
