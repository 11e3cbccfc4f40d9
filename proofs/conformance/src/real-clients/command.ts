import { join } from 'node:path';
import { anyCommand, chooseNamed } from '@example/kit/command-line';
import { markdownTable, writeBetweenMarks } from '@example/kit/markdown';
import { root } from '@example/kit/root';
import { ToolchainMissingError } from '@example/kit/toolchains';
import type { Environment } from '@example/rpc-server';
import { http2Env, http2Option, http2Usage } from '../http2-option.ts';
import { realClients } from './clients.ts';
import type { RealClient } from './real-client.ts';
import { type ClientResult, runClient, tableHead, tableRow } from './run-client.ts';

const page = 'docs/results/real-clients.md';

const usage = `Runs clients of other authors against our server. ${page} describes their checks.

  pnpm conformance real-clients [options] [-- CLIENT ...]

  ${http2Usage}
  --write         write the table into ${page}
  --help          print this text

Clients: ${realClients.map(({ name }) => `"${name}"`).join(' ')}
`;

/** `pnpm conformance real-clients` */
export const realClientsSuite = anyCommand({
  usage,
  options: { ...http2Option, write: { type: 'boolean' } },
  takesExtraArgs: true,
  async run({ values, extraArgs, signal, print }) {
    const results: ClientResult[] = [];
    for (const client of chooseNamed(realClients, extraArgs)) {
      const result = await runIfInstalled(client, http2Env(values), signal);
      for (const line of linesOf(result)) print(line);
      results.push(result);
    }
    const table = markdownTable([tableHead, ...results.map(tableRow)]);
    print(`\n${table}\n`);
    if (values.write && extraArgs.length === 0) writeBetweenMarks(join(root, page), 'the table', table);
    return conclude(results, print);
  },
});

async function runIfInstalled(client: RealClient, env: Environment, signal: AbortSignal): Promise<ClientResult> {
  try {
    return await runClient(client, await client.prepare(signal), { env, signal });
  } catch (error) {
    if (error instanceof ToolchainMissingError) return { client, skipReason: error.message, errors: new Map() };
    throw error;
  }
}

function linesOf({ client, skipReason, errors }: ClientResult): string[] {
  if (skipReason !== undefined) return [`skipped  ${client.name}: ${skipReason}`];
  return [...errors].map(([check, error]) => {
    const name = `${client.name}: ${check}`;
    return error === undefined ? `passed  ${name}` : `FAILED  ${name}: ${error}`;
  });
}

/** In CI a skipped client is a failure, unless the client is optional. */
function conclude(results: readonly ClientResult[], print: (line: string) => void): boolean {
  const skipped = results.filter(({ skipReason }) => skipReason !== undefined);
  const errors = results.flatMap((result) => [...result.errors.values()]);
  const passed = errors.filter((error) => error === undefined).length;
  print(`${passed} of ${errors.length} passed${skipped.length > 0 ? `, ${skipped.length} clients skipped` : ''}`);
  const isIncomplete = Boolean(process.env['CI']) && skipped.some(({ client }) => !client.isOptional);
  return passed === errors.length && !isIncomplete;
}
