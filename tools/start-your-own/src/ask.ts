import { createInterface } from 'node:readline/promises';
import { type Answers, type Identity, withDefaults } from './identity.ts';
import { partsOf, scopeOf } from './options.ts';
import { offeredParts, type Part } from './parts/parts.ts';

/** The names of the new repository, and the parts that it leaves out. */
export interface Choice {
  readonly identity: Identity;
  /** The parts that are left out. */
  readonly without: readonly Part[];
}

const questions = [
  ['repository', 'The URL of the repository'],
  ['goModule', 'The path of the Go module'],
  ['pythonPackage', 'The Python package'],
  ['protoPrefix', 'What the names of proto packages begin with, such as acme for acme.user.v1'],
  ['domain', 'The domain of reasons of errors'],
  ['holder', 'Who has the copyright'],
] as const satisfies readonly (readonly [keyof Identity, string])[];

/**
 * Asks on a terminal for the names that are not given. An empty line accepts the default in brackets.
 *
 * @param check returns the problems of the answers; if there are any, the names are asked for again
 */
export async function ask(
  { answers: given, without }: { readonly answers: Partial<Answers>; readonly without: readonly Part[] | undefined },
  check: (identity: Identity) => readonly string[],
  { stdin, stdout }: Pick<NodeJS.Process, 'stdin' | 'stdout'>,
): Promise<Choice> {
  const terminal = createInterface({ input: stdin, output: stdout });
  // Ctrl-C and the end of the input end the command before anything has changed.
  const ended = new Promise<never>((_, reject) =>
    terminal.once('close', () => reject(new Error('\nNothing was changed.'))),
  );
  ended.catch(() => {});
  const question = async (text: string) => (await Promise.race([terminal.question(text), ended])).trim();
  try {
    let answers = given.scope === undefined ? undefined : ({ ...given, scope: given.scope } satisfies Answers);
    while (answers === undefined) {
      const scope = await question('Your npm scope, such as acme: ');
      const asked = { ...given, scope: scopeOf(scope) };
      const problems = check(withDefaults(asked)).filter((problem) => problem.startsWith('--scope'));
      if (problems.length === 0) answers = asked;
      else stdout.write(`${problems.join('\n')}\n`);
    }
    for (const [name, text] of questions) answers = await askFor(name, text, answers);
    const choice = { identity: withDefaults(answers), without: without ?? (await askForParts()) };
    const isAgreed = /^(y|yes|)$/i.test(await question(`\n${describe(choice)}\nRename? [Y/n] `));
    if (!isAgreed) throw new Error('Nothing was changed.');
    return choice;
  } finally {
    terminal.close();
  }

  async function askForParts(): Promise<readonly Part[]> {
    for (;;) {
      const names = offeredParts.map(({ name }) => name).join(', ');
      const answer = await question(`What you do not want of ${names}, separated by commas [nothing]: `);
      try {
        return partsOf(answer);
      } catch (error) {
        stdout.write(`${(error as Error).message}\n`);
      }
    }
  }

  async function askFor(name: keyof Identity, text: string, before: Answers): Promise<Answers> {
    if (name in given) return before;
    for (;;) {
      const answer = await question(`${text} [${withDefaults(before)[name] || 'nothing'}]: `);
      const after = answer === '' ? before : { ...before, [name]: answer };
      const known = new Set(check(withDefaults(before)));
      const problems = check(withDefaults(after)).filter((problem) => answer !== '' && !known.has(problem));
      if (problems.length === 0) return after;
      stdout.write(`${problems.join('\n')}\n`);
    }
  }
}

/** A table of the names, and of what is left out. */
export function describe({ identity, without }: Choice): string {
  const isWith = (part: string) => !without.some(({ name }) => name === part);
  const rows = [
    ['npm', `${identity.scope}/protos`],
    ...(isWith('go') ? [['Go', identity.goModule]] : []),
    ...(isWith('python') ? [['Python', identity.pythonPackage]] : []),
    ...(identity.protoPrefix === '' ? [] : [['protobuf', `${identity.protoPrefix}.user.v1`]]),
    ['repository', identity.repository],
    ['domain', identity.domain],
    ['copyright', identity.holder],
    ...(without.length === 0 ? [] : [['without', without.map(({ name }) => name).join(', ')]]),
  ];
  return rows.map(([what = '', name]) => `  ${what.padEnd(11)} ${name}\n`).join('');
}
