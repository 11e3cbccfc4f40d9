import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '@example/kit/root';
import type { ServiceDescription } from '@example/kit/services';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { licencesOf } from './licences.ts';

/**
 * Matches modules that another module starts or imports by URL, such as the thread of a store: `new URL('./x.ts', …)`.
 */
const byUrl = /(new URL\('\.\/[\w-]+)\.ts', import\.meta\.url\)/g;

/** The options of Node for a service. Without `--disable-sigusr1`, SIGUSR1 opens Node's debugger. */
export const nodeFlags = ['--disable-sigusr1'];

/** The variables of a process that runs a service, as in the image. One malloc arena takes 3 MB less than several. */
export const nodeVariables = { MALLOC_ARENA_MAX: '1' };

/** The parts of a bundled service: `main.js`, the modules of its threads, and the modules that they share. */
const options = {
  bundle: true,
  // Keeps the first module small, so that it handles signals before the rest is loaded.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  minifySyntax: true,
  minifyWhitespace: true,
  // Keeps names, because errors are recognized by the names of their classes, and people read stack traces.
  minifyIdentifiers: false,
  // Defines `require`, with which CommonJS packages load the modules of Node.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * Bundles a service into a folder that needs nothing but Node: JavaScript with source maps, `package.json`, and the
 * licences of the bundled packages.
 *
 * @param outdir an empty folder
 * @throws with the errors of esbuild, or when a bundled package has no licence
 */
export async function bundleService({ folder }: ServiceDescription, outdir: string): Promise<void> {
  const inputs = new Set<string>();
  const bundle = async (entries: readonly string[]): Promise<readonly string[]> => {
    const startedByUrl = new Set<string>();
    const { metafile } = await build({
      ...options,
      absWorkingDir: root,
      outdir,
      entryPoints: [...entries],
      entryNames: '[name]',
      plugins: [urlModules(startedByUrl), withoutUndici],
    });
    for (const input of Object.keys(metafile.inputs)) inputs.add(input);
    return [...startedByUrl];
  };
  // Bundles threads separately. Otherwise they would load all modules of a chunk that they share with the service.
  const threads = await bundle([join(root, 'packages', folder, 'src/main.ts')]);
  if (threads.length > 0) await bundle(threads);
  writeFileSync(join(outdir, 'package.json'), manifestOf(folder));
  writeFileSync(join(outdir, 'LICENSE'), readFileSync(join(root, 'LICENSE')));
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licencesOf([...inputs].map((path) => join(root, path))));
}

/** Points `new URL('./x.ts', …)` to the bundled module. @param found the paths of the modules are added to it */
function urlModules(found: Set<string>): Plugin {
  return {
    name: 'modules by URL',
    setup({ onLoad }) {
      onLoad({ filter: /\/packages\/.*\.ts$/ }, ({ path }) => {
        const contents = readFileSync(path, 'utf8').replaceAll(byUrl, (_, start: string) => {
          found.add(join(path, '..', `${basename(start)}.ts`));
          return `${start}.js', import.meta.url)`;
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** Importing `node:http` reads each of its exports. Some of these load undici, which takes 6 MB and 10 ms. */
const withoutUndici: Plugin = {
  name: 'node:http without undici',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'http', namespace: 'node-builtin' }));
    onLoad({ filter: /.*/, namespace: 'node-builtin' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http')",
    }));
  },
};

function manifestOf(name: string): string {
  const { version, license } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
  const { engines, license: ofAll } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const scripts = { start: `node ${nodeFlags.join(' ')} main.js` };
  const manifest = { name, version, private: true, type: 'module', license: license ?? ofAll, engines, scripts };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
