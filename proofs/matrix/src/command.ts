import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { type ClientKind, clients } from './clients.ts';
import { type PairResult, playMatrix, type ReadyClient } from './matrix.ts';
import { root } from './programs.ts';
import { failuresOf, passedOf, tableOf } from './report.ts';
import { type ServerKind, servers } from './servers.ts';

const usage = `Has every client make every call of the API against every server, in plain text, with TLS and tokens, and throttled, and
compares what they are told with one list of answers.

  pnpm interop [options]

  --client NAME   only this client; again for more: ${clients.map(({ name }) => `"${name}"`).join(' ')}
  --server NAME   only this server; again for more: ${servers.map(({ name }) => name).join(' ')}
  --write         writes the table into docs/results/matrix.md
  --help          this text
`;

/**
 * `pnpm interop`
 *
 * @returns the exit code: 0 when all agree. In CI a missing toolchain is a failure.
 */
export async function runInterop(
  args: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): Promise<number> {
  const options = readArgs(args);
  if (typeof options === 'string') {
    (options === usage ? stdout : stderr).write(options);
    return options === usage ? 0 : 1;
  }
  const leftOut: string[] = [];
  const ready = await whatIsHere({ clients: options.clients, servers: options.servers }, (name, why) => {
    leftOut.push(name);
    stdout.write(`left out  ${name}: ${why}\n`);
  });
  const results = await playMatrix(ready.clients, ready.servers, (result) => stdout.write(linesOf(result)));
  const table = tableOf(results);
  stdout.write(`\n${table}\n\n`);
  if (options.isWritten) writeTable(table);
  const failed = results.flatMap(failuresOf).length;
  stdout.write(`${results.reduce((sum, result) => sum + passedOf(result), 0)} passed, ${failed} failed\n`);
  const isIncomplete = Boolean(process.env['CI']) && leftOut.length > 0;
  return failed > 0 || isIncomplete || results.length === 0 ? 1 : 0;
}

interface Options {
  readonly clients: readonly ClientKind[];
  readonly servers: readonly ServerKind[];
  readonly isWritten: boolean;
}

/** The usage when it is asked for; another text says what is wrong. */
function readArgs(args: readonly string[]): Options | string {
  const names = { type: 'string', multiple: true } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { client: names, server: names, write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return usage;
    if (values.write && (values.client ?? values.server)) throw new Error('--write takes the whole matrix');
    return {
      clients: chosen(clients, values.client),
      servers: chosen(servers, values.server),
      isWritten: values.write === true,
    };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}

function chosen<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[] | undefined,
): readonly T[] {
  for (const name of names ?? []) {
    if (!all.some((one) => one.name === name)) throw new Error(`there is no "${name}"`);
  }
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

async function whatIsHere(
  wanted: { readonly clients: readonly ClientKind[]; readonly servers: readonly ServerKind[] },
  onMissing: (name: string, why: string) => void,
): Promise<{ clients: ReadyClient[]; servers: ServerKind[] }> {
  const here = async <T, U>(all: readonly T[], nameOf: (one: T) => string, prepare: (one: T) => Promise<U>) => {
    const found: U[] = [];
    for (const one of all) {
      try {
        found.push(await prepare(one));
      } catch (error) {
        if (!(error instanceof ToolchainMissingError)) throw error;
        onMissing(nameOf(one), error.message);
      }
    }
    return found;
  };
  return {
    clients: await here(
      wanted.clients,
      ({ name }) => `client ${name}`,
      async (kind) => ({ kind, driver: await kind.prepare() }),
    ),
    servers: await here(
      wanted.servers,
      ({ name }) => `server ${name}`,
      async (kind) => {
        await kind.prepare();
        return kind;
      },
    ),
  };
}

function linesOf(result: PairResult): string {
  const failures = failuresOf(result);
  const summary = result.whyNot ?? `${passedOf(result)} passed, ${failures.length} failed`;
  return [`${result.client} → ${result.server}: ${summary}`, ...failures, ''].join('\n');
}

/** Puts the table between the two marks of docs/results/matrix.md. */
function writeTable(table: string): void {
  const path = join(root, 'docs/results/matrix.md');
  const marked = /(?<=<!-- the table -->\n\n).*(?=\n\n<!-- the end of the table -->)/s;
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(marked, () => table),
  );
}
