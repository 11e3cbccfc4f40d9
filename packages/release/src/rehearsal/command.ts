import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { coexistenceChecks } from '../coexistence/coexistence.ts';
import { goFloors } from '../floors/go-floors.ts';
import { npmFloors } from '../floors/npm-floors.ts';
import { pythonFloors } from '../floors/python-floors.ts';
import { fromGitChecks } from '../from-git/from-git.ts';
import { skewCheck } from '../skew/skew-check.ts';
import { pageOrigin } from './browser-consumer.ts';
import { consumerChecks, sdistCheck } from './consumers.ts';
import { gatherReleases } from './released-version.ts';
import { writeReport } from './report.ts';
import { startServices } from './services.ts';
import { isAllShown, showAll } from './show-all.ts';
import { startRegistries } from './start-registries.ts';
import { StoppedError, untilStopped } from './until-stopped.ts';

const usage = `Publishes every version to registries on this machine, and uses what was published: from empty folders, by name and version.

  pnpm rehearse [options]

  --version V   the version that the consumers install; by default the newest
  --short       only the consumers, and clients and servers of every version against each other
  --write       writes what it shows into docs/results/rehearsal.md
  --help        this text
`;

const stoppedCode = 130;

const short = [...consumerChecks, skewCheck];
const whole = [
  ...short,
  sdistCheck,
  ...npmFloors,
  ...pythonFloors,
  ...goFloors,
  ...coexistenceChecks,
  ...fromGitChecks,
];

/**
 * `pnpm rehearse`
 *
 * @returns the exit code: 0 when everything was shown; in CI, what is left out was not; 130 when a signal has stopped it
 */
export async function runReleaseRehearse(
  args: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): Promise<number> {
  const options = readArgs(args);
  if (typeof options === 'string') {
    (options === usage ? stdout : stderr).write(options);
    return options === usage ? 0 : 1;
  }
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-'));
  const print = (line: string) => stdout.write(`${line}\n`);
  try {
    return await untilStopped(async (signal) => await rehearse(folder, options, { print, signal }).finally(remove));
  } catch (error) {
    if (error instanceof StoppedError) {
      stderr.write(`stopped by ${error.message}, and nothing is left of it\n`);
      return stoppedCode;
    }
    if (!(error instanceof ToolchainMissingError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }

  /** Again where a program that was ended still wrote a file. */
  async function remove(): Promise<void> {
    await rm(folder, { recursive: true, maxRetries: 10 });
  }
}

interface Options {
  readonly version: string | undefined;
  readonly isShort: boolean;
  readonly isWritten: boolean;
}

/** The usage when it is asked for; another text says what is wrong. */
function readArgs(args: readonly string[]): Options | string {
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { version: { type: 'string' }, short: flag, write: flag, help: { ...flag, short: 'h' } },
    });
    if (values.help) return usage;
    if (values.short && values.write) throw new Error('--write takes the whole rehearsal');
    return { version: values.version, isShort: values.short === true, isWritten: values.write === true };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}

async function rehearse(
  folder: string,
  { version, isShort, isWritten }: Options,
  { print, signal }: { print(line: string): void; signal: AbortSignal },
): Promise<number> {
  const releases = await gatherReleases(folder);
  signal.throwIfAborted();
  const release = version ? releases.find(({ record }) => record.version === version) : releases.at(-1);
  if (!release) {
    print(`there is no version ${version}`);
    return 1;
  }
  for (const { record, isPrepared } of releases) {
    print(`artefacts  ${record.version}, ${isPrepared ? 'those in releases/' : 'made now: they are not prepared yet'}`);
  }
  const registries = await startRegistries(folder, releases, { print, signal });
  try {
    const services = await startServices(folder, pageOrigin);
    try {
      const rehearsal = { ...registries, releases, release, services, folder, signal };
      const shown = await showAll(rehearsal, isShort ? short : whole, print);
      if (isWritten) await writeReport(shown);
      return isAllShown(shown) ? 0 : 1;
    } finally {
      await services.close();
    }
  } finally {
    await registries.close();
  }
}
