import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '@example/kit/root';
import { services } from '@example/kit/services';
import type { ServerConfig } from '@example/rpc-server';

/** The part of a service's configuration that a deployment determines. */
export interface ServiceConfig {
  readonly server: ServerConfig;
  readonly database: { readonly kind: 'sqlite' | 'postgres'; readonly path?: string };
  readonly natsUrl?: string;
  /** Another service that it calls. */
  readonly users?: { readonly target: string };
}

interface ConfigModule {
  readonly readConfig: (env: Readonly<Record<string, string>>) => ServiceConfig;
}

/** Reads the settings of a service from its environment, as the service does. */
export type ReadConfig = (env: Readonly<Record<string, string>>) => ServiceConfig;

/** The functions that read configurations, by the name of the service. */
export async function configReaders(): Promise<ReadonlyMap<string, ReadConfig>> {
  const readers = services().map(async ({ folder }) => {
    const { readConfig } = (await import(
      pathToFileURL(join(root, 'packages', folder, 'src/config.ts')).href
    )) as ConfigModule;
    return [folder, (env: Readonly<Record<string, string>>) => withFiles(env, readConfig)] as const;
  });
  return new Map(await Promise.all(readers));
}

/** Example contents of secret files. */
const secrets: Readonly<Record<string, string>> = {
  DATABASE_URL_FILE: 'postgres://app:secret@database:5432/app',
  NATS_URL_FILE: 'nats://app:secret@nats:4222',
};

function withFiles(env: Readonly<Record<string, string>>, read: ReadConfig): ServiceConfig {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  try {
    const given = Object.entries(env).map(([name, value]) => {
      const secret = secrets[name];
      if (secret === undefined) return [name, value] as const;
      writeFileSync(join(folder, name), secret);
      return [name, join(folder, name)] as const;
    });
    return read(Object.fromEntries(given));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The variables that a service, Node or its C library reads. A test of rpc-server compares the page with the code. */
export function knownVariables(): ReadonlySet<string> {
  const page = readFileSync(join(root, 'docs/reference/configuration.md'), 'utf8');
  const named = [...page.matchAll(/^\| `([A-Z\d_]+)` \|/gm)].map(([, name]) => name as string);
  return new Set([...named, ...named.map((name) => `${name}_FILE`), 'PATH', 'NODE_OPTIONS', 'MALLOC_ARENA_MAX']);
}
