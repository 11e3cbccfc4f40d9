import { parseArgs } from 'node:util';
import { root } from '@example/kit/root';
import { publishRelease } from '../publish/publish-release.ts';
import type { Target } from '../publish/registry-target.ts';
import { fail, type Streams } from './streams.ts';

const everywhere = ['npm', 'python', 'go'] as const;

const usage = `Publishes the artefacts in releases/VERSION, when tag, HEAD, manifests and digests agree. What is there already stays as it is: after a
failure, run it again.

  pnpm release:publish VERSION [options]

  --to NAME   only there; again for more: npm, python, go (pushes the tag to "origin"), in this order
  --help      this text

npm and uv find their registries and credentials where they always do. uv must be told UV_PUBLISH_CHECK_URL, the simple index of the
place that it uploads to.
`;

/** `pnpm release:publish` @returns the exit code */
export async function runPublish(
  args: readonly string[],
  { stdout, stderr }: Streams,
  repository = root,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { to: { type: 'string', multiple: true }, help: { type: 'boolean', default: false } },
    });
    const [version] = positionals;
    const to = (values.to ?? everywhere) as Target['name'][];
    const isWrong = version === undefined || positionals.length > 1 || to.some((name) => !everywhere.includes(name));
    if (values.help || isWrong) {
      (values.help ? stdout : stderr).write(usage);
      return values.help ? 0 : 1;
    }
    await publishRelease({ root: repository, version, to, print: (line) => stdout.write(`${line}\n`) });
    return 0;
  } catch (error) {
    return fail('pnpm release:publish', error, stderr);
  }
}
