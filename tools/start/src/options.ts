import { parseArgs } from 'node:util';
import type { Answers } from './identity.ts';

export const usage = `Gives this repository your names: in every file, in the lockfile, and in the code that is generated. Releases,
changelog and version start from the beginning, and this command removes itself.

  pnpm start-your-own [options]

  --scope NAME         the npm scope, such as acme; all other names have defaults that follow from it
  --repository URL     default: https://github.com/SCOPE/protos
  --go-module PATH     default: that of the repository
  --python-name NAME   the distribution on PyPI; its module has "_" for "-"; default: SCOPE-protos
  --domain NAME        of the reasons of errors, such as user.NAME; default: SCOPE.com
  --holder NAME        the holder of the copyright; default: The SCOPE Authors
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
      domain: text,
      holder: text,
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
  };
}

/** A scope with its `@`, which users may omit. */
export function scopeOf(text: string): string {
  return `@${text.replace(/^@/, '')}`;
}
