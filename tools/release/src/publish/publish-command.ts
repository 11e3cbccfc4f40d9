import { parseArgs } from 'node:util';
import { publishRelease } from './publish-release.ts';
import type { Target } from './registry-target.ts';

const everywhere = ['npm', 'python', 'tag'] as const;

export const publishUsage = `Publishes the artefacts in releases/VERSION when tag, HEAD, manifests and digests agree.
A registry that already has the version is skipped, so that you can run this command again after a failure.

  pnpm release publish VERSION [options]

  --to NAME   only there; may be repeated: npm, tag (pushed to "origin") or python

npm and uv use the registries and credentials of their own configuration. uv needs UV_PUBLISH_CHECK_URL, the simple
index of the registry that it uploads to.
`;

/** `pnpm release publish` @returns the text to print; undefined when the arguments are invalid */
export async function runPublish(
  args: readonly string[],
  root: string,
  print: (line: string) => void,
): Promise<string | undefined> {
  const options = { to: { type: 'string', multiple: true } } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [version] = positionals;
  const to = (values.to ?? everywhere) as Target['name'][];
  if (version === undefined || positionals.length > 1 || to.some((name) => !everywhere.includes(name))) {
    return undefined;
  }
  await publishRelease({ root, version, to, print });
  return '';
}
