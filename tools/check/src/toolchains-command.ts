import { type Command, runCommand, type Streams } from '@example/kit/command-line';
import { findProgram, type OutsideProgram, outsidePrograms } from '@example/kit/toolchains';

const usage = `Lists the programs that the lockfile does not install: which of them are on this machine, which commands need
them, and how to install missing ones. \`pnpm dev\` and \`pnpm test\` need none of them: without the Go toolchain and
Python a few tests are skipped.

  pnpm toolchains
`;

const command: Command = {
  usage,
  options: {},
  async run({ print }) {
    for (const line of toolchainLines(Object.values(outsidePrograms))) print(line);
    return true;
  },
};

/** `pnpm toolchains` @returns the exit code */
export async function runToolchains(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}

/** @returns a line for each program */
export function toolchainLines(programs: readonly OutsideProgram[]): string[] {
  const width = Math.max(...programs.map(({ title }) => title.length));
  return programs.map((program) => {
    const { title, install, neededBy } = program;
    const commands = neededBy.map((name) => `pnpm ${name}`).join(', ');
    const line = `${title.padEnd(width)}  for ${commands}`;
    return findProgram(program) === undefined ? `missing  ${line}; to install it: ${install}` : `found    ${line}`;
  });
}
