import { parseArgs } from 'node:util';
import type { Answers } from './identity.ts';
import { type Part, parts, withNeeding } from './parts/parts.ts';

export const usage = `Gives this repository your names: in every file, in the lockfile, and in the code that is generated. Releases,
changelog and version start from the beginning, and this command removes itself.

  pnpm start-your-own [options]

  --scope NAME         the npm scope, such as acme; all other names have defaults that follow from it
  --repository URL     default: https://github.com/SCOPE/protos
  --go-module PATH     default: that of the repository
  --python-name NAME   the distribution on PyPI; its module has "_" for "-"; default: SCOPE-protos
  --proto-prefix NAME  what proto packages begin with, such as acme for acme.user.v1; default: nothing
  --domain NAME        of the reasons of errors, such as user.NAME; default: SCOPE.com
  --holder NAME        the holder of the copyright; default: The SCOPE Authors
  --without PARTS      what this repository can do without, separated by commas; nothing of it is left:
${parts.map(({ name, summary, neededBy = [] }) => `                         ${name.padEnd(8)} ${summary}${neededBy.length > 0 ? `; and ${neededBy.join(', ')}` : ''}`).join('\n')}
  --yes                take the defaults, and do not ask
  --dry-run            print what would change, and change nothing
  --allow-dirty        accept uncommitted changes
  --help               print this text

On a terminal, it asks for names that are not given; elsewhere it needs --scope. It commits nothing, so that git can
undo its changes.
`;

export interface Options {
  readonly help: boolean;
  readonly isDryRun: boolean;
  readonly allowsDirty: boolean;
  /** Whether the command must not ask. */
  readonly isSilent: boolean;
  readonly answers: Partial<Answers>;
  /** The parts to leave out; undefined when the option is not given. */
  readonly without: readonly Part[] | undefined;
}

/** @throws {Error} for an argument that `usage` does not list */
export function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      scope: text,
      repository: text,
      'go-module': text,
      'python-name': text,
      'proto-prefix': text,
      domain: text,
      holder: text,
      without: { type: 'string', multiple: true },
      yes: flag,
      'dry-run': flag,
      'allow-dirty': flag,
      help: { ...flag, short: 'h' },
    },
  });
  const given = {
    scope: values.scope === undefined ? undefined : scopeOf(values.scope),
    repository: values.repository?.replace(/\.git$|\/$/, ''),
    goModule: values['go-module'],
    pythonPackage: values['python-name'],
    protoPrefix: values['proto-prefix'],
    domain: values.domain,
    holder: values.holder,
  };
  const answers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    help: values.help,
    isDryRun: values['dry-run'],
    allowsDirty: values['allow-dirty'],
    isSilent: values.yes,
    answers,
    without: values.without && partsOf(values.without.join(',')),
  };
}

/** The parts that cannot be left out, with the reason. */
const needed: Readonly<Record<string, string>> = {
  'user-service': '`pnpm new` makes services from it',
};

/**
 * @param text names, separated by commas
 * @returns the parts with these names, and the parts that need them
 * @throws {Error} for a name that no part has
 */
export function partsOf(text: string): Part[] {
  const names = text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const known = parts.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const reason = needed[unknown] ?? 'there is no such part';
    throw new Error(`--without ${unknown}: ${reason}. This repository can do without ${known.join(', ')}.`);
  }
  return withNeeding(names);
}

/** A scope with its `@`, which users may omit. */
export function scopeOf(text: string): string {
  return `@${text.replace(/^@/, '')}`;
}
