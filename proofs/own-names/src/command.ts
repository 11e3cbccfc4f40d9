import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, runCommand, type Streams } from '@example/kit/command-line';
import { makeFirstCall } from './first-call.ts';
import { tryAll, tryWhole } from './try-names.ts';

const usage = `Renames clones of the last commit by \`pnpm start-your-own\`.

  pnpm start-your-own try [options]

  (none)         odd names, and parts left out: no old name and no trace is left, and the static checks pass
  --whole        four of them: \`pnpm test\`, \`check\`, \`verify\` and the whole rehearsal, for hours
  --first-call   the time from \`git clone\` to the first call of a Go program to its own service
  --help         print this text
`;

const options = { whole: { type: 'boolean' }, 'first-call': { type: 'boolean' } } as const;

const command: Command<typeof options> = {
  usage,
  options,
  async run({ values, signal, print }) {
    const folder = await mkdtemp(join(tmpdir(), 'own-names-'));
    try {
      if (values['first-call']) return (await makeFirstCall(folder, print)) === 'Pencils';
      return await (values.whole ? tryWhole : tryAll)({ folder, signal, print });
    } finally {
      await rm(folder, { recursive: true, maxRetries: 10 });
    }
  },
};

/** `pnpm start-your-own try` @returns the exit code */
export async function runTryNames(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}
