import { root } from '@example/kit/root';
import { npmTarget, publishTo, pythonTarget } from '@example/release';
import type { ReleasedVersion } from '../released-version.ts';
import { startGoProxy } from './go-proxy.ts';
import { startNpmRegistry } from './npm-registry.ts';
import { startPythonIndex } from './python-index.ts';
import type { Registry } from './registry.ts';

/** The three registries, which contain all versions. */
export interface Registries {
  /** Variables for npm, pnpm, uv, pip and go. */
  readonly env: NodeJS.ProcessEnv;
  /** The URL of the npm registry. */
  readonly npmUrl: string;
  close(): Promise<void>;
}

/**
 * Starts the registries, and publishes all versions with the code of `pnpm release publish`. The clients of that code
 * are configured by the environment, so the variables are also set in this process.
 *
 * @param folder for their files
 * @param signal ends the publishing
 */
export async function startRegistries(
  folder: string,
  releases: readonly ReleasedVersion[],
  { print, signal }: { print(line: string): void; signal: AbortSignal },
): Promise<Registries> {
  const started: Registry[] = [];
  const close = async () => {
    await Promise.all(started.map(async (registry) => await registry.close()));
  };
  try {
    const npm = await startNpmRegistry(folder);
    started.push(npm);
    const python = await startPythonIndex(folder);
    started.push(python);
    const go = await startGoProxy(folder);
    started.push(go);
    const env = { ...npm.env, ...python.env, UV_INDEX: `${python.url}simple/`, UV_PYTHON_DOWNLOADS: 'never' };
    Object.assign(process.env, env);
    for (const { record, folder: artefacts } of releases) {
      signal.throwIfAborted();
      const options = { root, folder: artefacts, version: record.version, timeoutMs: 60_000 };
      await publishTo([go.target(options), npmTarget(options), pythonTarget(options)], record.version, print);
    }
    return { env: { ...process.env, ...go.env }, npmUrl: npm.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
