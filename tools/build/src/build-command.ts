import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseNamed, UsageError } from '@example/kit/command-line';
import { root } from '@example/kit/root';
import { services } from '@example/kit/services';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { builds } from './builds.ts';
import { bundleService } from './bundle-service.ts';
import { buildGoServer, buildPythonServer } from './example-servers.ts';
import { buildWebPage } from './web-page.ts';

/** One of the things that `pnpm build` makes, each in its own folder. */
interface Target {
  readonly name: string;
  /** @param outdir an empty folder. @throws {ToolchainMissingError} */
  readonly build: (outdir: string) => Promise<void>;
}

export const targets: readonly Target[] = [
  ...services().map((service) => ({
    name: service.folder,
    build: (outdir: string) => bundleService(service, outdir),
  })),
  { name: 'go-server', build: buildGoServer },
  { name: 'python-server', build: buildPythonServer },
  { name: 'web', build: buildWebPage },
];

const usage = `Builds the parts that run in production, each into its own folder under dist. A folder of a service needs nothing
but Node: \`npm start\` in it starts it. The example servers are a static binary of Go and wheels of Python.
The web page is static files, which call USERS_URL, ORDERS_URL and ENVOY_URL of the environment.

  pnpm build [NAME ...] [options]

  NAME         ${targets.map(({ name }) => name).join(', ')}; default: all whose toolchain is installed
  --out DIR    the folder of the builds (default: dist)
  --help       this text
`;

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/**
 * `pnpm build`
 *
 * @returns the exit code: 0 when all named targets were built; without names, targets whose toolchain is missing are
 *   skipped
 */
export async function runBuild(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help) {
      stdout.write(usage);
      return 0;
    }
    for (const { name, build } of chooseNamed(targets, positionals)) {
      const outdir = join(values.out ?? builds, name);
      try {
        await intoEmpty(outdir, build);
        stdout.write(`${relative(root, outdir)}\n`);
      } catch (error) {
        if (!(error instanceof ToolchainMissingError) || positionals.length > 0) throw error;
        stdout.write(`${name} was skipped: ${error.message}\n`);
      }
    }
    return 0;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isExpected = error instanceof UsageError || error instanceof ToolchainMissingError;
    if (code?.startsWith('ERR_PARSE_ARGS')) stderr.write(`pnpm build: ${(error as Error).message}\n\n${usage}`);
    else if (isExpected) stderr.write(`pnpm build: ${error.message}\n`);
    else throw error;
    return 1;
  }
}

async function intoEmpty(outdir: string, build: Target['build']): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  await build(outdir);
}
