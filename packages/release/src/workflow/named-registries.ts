import type { Target } from '../publish/registry-target.ts';

/** The repository's variables that each registry needs, and where its client looks for what they say. */
const settings = {
  npm: { NPM_REGISTRY: 'npm_config_@example:registry' },
  python: { PYTHON_UPLOAD_URL: 'UV_PUBLISH_URL', PYTHON_INDEX_URL: 'UV_PUBLISH_CHECK_URL' },
} as const;

export interface NamedRegistries {
  readonly registries: readonly Target['name'][];
  /** Tells their clients where they are. */
  readonly clientEnv: Readonly<Record<string, string>>;
  /** The variables that the others have no value of, by registry. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
}

/** The registries that the variables of a workflow's run name. */
export function namedRegistries(env: NodeJS.ProcessEnv): NamedRegistries {
  const registries: Target['name'][] = [];
  const clientEnv: Record<string, string> = {};
  const missing = new Map<string, readonly string[]>();
  for (const [name, variables] of Object.entries(settings)) {
    const unset = Object.keys(variables).filter((variable) => !env[variable]);
    if (unset.length > 0) {
      missing.set(name, unset);
      continue;
    }
    registries.push(name as Target['name']);
    for (const [variable, client] of Object.entries(variables)) clientEnv[client] = env[variable] ?? '';
  }
  return { registries, clientEnv, missing };
}
