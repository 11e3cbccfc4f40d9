import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ToolchainMissingError } from '@example/kit/toolchains';
import type { Command, Invocation, Outcome } from '../commands/command.ts';
import { root } from '../root.ts';
import { UsageError } from '../usage-error.ts';
import { realClients } from './clients.ts';
import { type ClientResult, playClient } from './play-client.ts';
import type { RealClient } from './real-client.ts';
import { tableOf } from './table.ts';

const usage = `Has clients that other people wrote call our server: what each of them does is in docs/results/real-clients.md.

  pnpm conformance real-clients [options] [-- CLIENT ...]

  --engine NAME   what the server runs on: fast or connect (fast)
  --write         writes the table of this engine into docs/results/real-clients.md
  --help          this text
`;

/** `pnpm conformance real-clients` */
export const realClientsSuite: Command = { usage, flags: ['write'], takesExtraArgs: true, run: runRealClients };

async function runRealClients({ engine, flags, extraArgs, signal, print }: Invocation): Promise<Outcome> {
  const results: ClientResult[] = [];
  for (const client of chosen(extraArgs)) {
    const result = await playIfHere(client, engine, signal);
    for (const line of linesOf(result)) print(line);
    results.push(result);
  }
  const table = tableOf(results);
  print(`\n${table}\n`);
  if (flags.has('write') && extraArgs.length === 0) writeTable(engine, table);
  return conclude(results);
}

function chosen(names: readonly string[]): readonly RealClient[] {
  const all = realClients.map(({ name }) => name);
  for (const name of names) {
    if (!all.includes(name)) throw new UsageError(`there is no "${name}": ${all.join('; ')}`);
  }
  return names.length === 0 ? realClients : realClients.filter(({ name }) => names.includes(name));
}

async function playIfHere(client: RealClient, engine: string, signal: AbortSignal): Promise<ClientResult> {
  try {
    return await playClient(client, await client.prepare(signal), { engine, signal });
  } catch (error) {
    if (error instanceof ToolchainMissingError) return { client, leftOut: error.message, errors: new Map() };
    throw error;
  }
}

function linesOf({ client, leftOut, errors }: ClientResult): string[] {
  if (leftOut !== undefined) return [`left out  ${client.name}: ${leftOut}`];
  return [...errors].map(([check, error]) => {
    const name = `${client.name}: ${check}`;
    return error === undefined ? `passed  ${name}` : `FAILED  ${name}: ${error}`;
  });
}

/** In CI what is left out is a failure, unless CI can do without it. */
function conclude(results: readonly ClientResult[]): Outcome {
  const played = results.filter(({ leftOut }) => leftOut === undefined);
  const passed = played.flatMap(({ errors }) => [...errors.values()]).filter((error) => error === undefined).length;
  const total = played.reduce((sum, { errors }) => sum + errors.size, 0);
  const isIncomplete =
    Boolean(process.env['CI']) && results.some(({ leftOut, client }) => leftOut !== undefined && !client.isOptional);
  const missing = results.length - played.length;
  return {
    isPassed: passed === total && !isIncomplete,
    figure: `${passed} of ${total} passed${missing > 0 ? `, ${missing} clients left out` : ''}`,
  };
}

/** Puts the table between the two marks of its engine. */
function writeTable(engine: string, table: string): void {
  const path = join(root, 'docs/results/real-clients.md');
  const marked = new RegExp(`(?<=<!-- ${engine} -->\\n\\n).*?(?=\\n\\n<!-- the end of ${engine} -->)`, 's');
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(marked, () => table),
  );
}
