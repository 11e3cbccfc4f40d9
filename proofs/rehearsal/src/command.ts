import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { bundlerChecks, pageOrigin } from './checks/browser-consumer.ts';
import { coexistenceChecks } from './checks/coexistence.ts';
import { consumerChecks, sdistCheck } from './checks/consumers.ts';
import { fromGitChecks } from './checks/from-git.ts';
import { goFloors } from './checks/go-floors.ts';
import { npmFloors } from './checks/npm-floors.ts';
import { npmToolChecks } from './checks/npm-tools.ts';
import { otherUserChecks } from './checks/other-user.ts';
import { ownProtoChecks } from './checks/own-protos.ts';
import { pythonFloors } from './checks/python-floors.ts';
import { runAdditions } from './constructs/additions-command.ts';
import { runGates } from './gates/gates-command.ts';
import { startRegistries } from './registries/start-registries.ts';
import { gatherReleases } from './released-version.ts';
import { writeReport } from './report.ts';
import { startServices } from './services.ts';
import { isAllShown, showAll } from './show-all.ts';
import { skewCheck } from './skew/skew-check.ts';
import { StoppedError, untilStopped } from './until-stopped.ts';

const usage = `Publishes every version to registries on this machine, installs the packages in empty folders by name
and version, and uses them: docs/results/rehearsal.md.

  pnpm release rehearse [options]
  pnpm release rehearse gates     tests breaking edits with the gates of a release, and writes docs/reference/compatibility.md
  pnpm release rehearse additions [TEXT ...]
                                  releases each construct of protobuf, added alone; TEXT chooses by name

  --only TEXT   only checks whose names have the text
  --version V   the version to install. Default: the version of the files here
  --short       only consumers, and clients and servers of the first and the newest version
  --write       write the result into docs/results/rehearsal.md
  --help        print this text
`;

const stoppedCode = 130;

const short = [...consumerChecks, skewCheck('first and newest')];
const whole = [
  ...consumerChecks,
  skewCheck('all'),
  sdistCheck,
  ...npmFloors,
  ...bundlerChecks,
  ...npmToolChecks,
  ...pythonFloors,
  ...goFloors,
  ...coexistenceChecks,
  ...ownProtoChecks,
  ...otherUserChecks,
  ...fromGitChecks,
];

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/**
 * `pnpm release rehearse`
 *
 * @returns the exit code: 0 when everything passed; 130 after a signal. In CI, a check that is left out is a failure
 */
export async function runRehearse(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  const options = readArgs(args);
  if (typeof options === 'string') {
    (options === usage ? stdout : stderr).write(options);
    return options === usage ? 0 : 1;
  }
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-'));
  const print = (line: string) => stdout.write(`${line}\n`);
  const play = (signal: AbortSignal) => options.play(folder, { print, signal });
  try {
    return await untilStopped(async (signal) => await play(signal).finally(remove));
  } catch (error) {
    if (error instanceof StoppedError) {
      stderr.write(`stopped by ${error.message}; all processes and files of it are removed\n`);
      return stoppedCode;
    }
    if (!(error instanceof ToolchainMissingError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }

  /** Retries, because a program that was ended may still be writing a file. */
  async function remove(): Promise<void> {
    await rm(folder, { recursive: true, maxRetries: 10 });
  }
}

type Play = (folder: string, output: { print(line: string): void; signal: AbortSignal }) => Promise<number>;

interface Options {
  readonly only: string | undefined;
  readonly version: string | undefined;
  readonly isShort: boolean;
  readonly isWritten: boolean;
}

/** @returns the usage for `--help`; another text describes an invalid argument */
function readArgs(args: readonly string[]): { readonly play: Play } | string {
  const flag = { type: 'boolean' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        version: { type: 'string' },
        short: flag,
        write: flag,
        help: { ...flag, short: 'h' },
      },
    });
    if (values.help) return usage;
    const [name, ...texts] = positionals;
    if (name !== undefined && Object.keys(values).length > 0) throw new Error(`${name} has no options`);
    if (name === 'additions') return { play: (folder, output) => runAdditions(folder, texts, output) };
    if (name === 'gates' && texts.length === 0) return { play: runGates };
    if (name !== undefined) throw new Error(`unknown: ${positionals.join(' ')}`);
    if ((values.short || values.only) && values.write) throw new Error('--write needs the whole rehearsal');
    const { only, version } = values;
    const options = { only, version, isShort: values.short === true, isWritten: values.write === true };
    return { play: (folder, output) => rehearse(folder, options, output) };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}

async function rehearse(
  folder: string,
  { only = '', version, isShort, isWritten }: Options,
  { print, signal }: { print(line: string): void; signal: AbortSignal },
): Promise<number> {
  const checks = (isShort ? short : whole).filter(({ name }) => name.includes(only));
  if (checks.length === 0) {
    print(`there is no check whose name has ${only}`);
    return 1;
  }
  const releases = await gatherReleases(folder);
  signal.throwIfAborted();
  const release = version ? releases.find(({ record }) => record.version === version) : releases.at(-1);
  if (!release) {
    print(`there is no version ${version}`);
    return 1;
  }
  for (const { record, isPrepared } of releases) {
    print(`artefacts  ${record.version}, ${isPrepared ? 'from releases/' : 'built now from the files here'}`);
  }
  const registries = await startRegistries(folder, releases, { print, signal });
  try {
    const services = await startServices(folder, pageOrigin);
    try {
      const rehearsal = { ...registries, releases, release, services, folder, signal };
      const shown = await showAll(rehearsal, checks, print);
      if (isWritten) await writeReport(shown);
      return isAllShown(shown) ? 0 : 1;
    } finally {
      await services.close();
    }
  } finally {
    await registries.close();
  }
}
