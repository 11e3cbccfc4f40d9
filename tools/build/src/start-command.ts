import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '@example/kit/services';
import { builds } from './builds.ts';
import { nodeFlags, nodeVariables } from './bundle-service.ts';
import { type Measured, measureStart } from './measure.ts';

const names = services().map(({ folder }) => folder);

const usage = `Runs the services that \`pnpm build\` has built, with the settings of the environment: docs/reference/configuration.md.

  pnpm start [NAME]

  NAME        ${names.join(' or ')}; by default all of them
  --measure   starts it ten times with an empty store, and prints the time and the memory that this takes
  --help      this text

Data is kept in .data unless DATABASE_URL names another place. Ctrl-C drains the services; a second Ctrl-C ends them at once.
`;

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/** `pnpm start` @returns 0, or the exit code of the first service that failed */
export async function runStart(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(usage);
    return 0;
  }
  const isMeasured = args.includes('--measure');
  const given = args.filter((arg) => arg !== '--measure');
  const unknown = given.filter((arg) => !names.includes(arg));
  if (unknown.length > 0 || given.length > 1) {
    stderr.write(
      `pnpm start: ${unknown.length > 0 ? `there is no service ${unknown[0]}` : 'name one service'}\n\n${usage}`,
    );
    return 1;
  }
  const chosen = given.length > 0 ? given : names;
  const missing = chosen.filter((name) => !existsSync(mainOf(name)));
  if (missing.length > 0) {
    stderr.write(`pnpm start: ${missing.join(' and ')} must be built first: pnpm build\n`);
    return 1;
  }
  if (isMeasured) {
    for (const name of chosen) stdout.write(await measured(name));
    return 0;
  }
  if (chosen.length > 1 && ['PORT', 'DATABASE_URL'].some((name) => process.env[name])) {
    stderr.write('pnpm start: PORT and DATABASE_URL are those of one service: name it\n');
    return 1;
  }
  return await runAll(chosen);
}

const mainOf = (name: string) => join(builds, name, 'main.js');

async function runAll(services: readonly string[]): Promise<number> {
  // Starts each service in its own process group. Otherwise a terminal's Ctrl-C would reach a service twice, and the
  // second signal skips the drain.
  const children = services.map((name) =>
    spawn(process.execPath, [...nodeFlags, mainOf(name)], {
      stdio: 'inherit',
      detached: true,
      env: { ...nodeVariables, ...process.env },
    }),
  );
  const end = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  try {
    const ended = children.map(exitCode);
    // If one service fails, the others are ended.
    for (const code of ended) code.then((result) => result === 0 || end());
    return (await Promise.all(ended)).find((code) => code !== 0) ?? 0;
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}

/** The number of starts of a service for one measurement. */
const starts = 10;

async function measured(name: string): Promise<string> {
  const all: Measured[] = [];
  while (all.length < starts) all.push(await measureStart(mainOf(name)));
  const median = (of: keyof Measured) =>
    all
      .map((each) => each[of])
      .sort((a, b) => a - b)
      [starts / 2]?.toFixed(0);
  return `${name}: SERVING after ${median('servingMs')} ms; ${median('residentMb')} MB resident, ${median('ownMb')} MB of it its own\n`;
}

async function exitCode(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
