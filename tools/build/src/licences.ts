import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * The texts of the licences of the packages that files come from. The licences require that their text accompanies the
 * code.
 *
 * @param paths of files; those outside of node_modules are ours
 * @throws when a package has neither the text nor the name of its licence
 */
export function licencesOf(paths: readonly string[]): string {
  const folders = new Set(paths.filter((path) => path.includes('/node_modules/')).map(packageFolder));
  return [...new Set([...folders].map(licenceOf))].sort().join('\n');
}

/** The folder of the package that a file belongs to. A package.json without a name only sets the type of modules. */
function packageFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(join(folder, 'package.json')) || manifestIn(folder).name === undefined) folder = dirname(folder);
  return folder;
}

function licenceOf(folder: string): string {
  const { name, version, license } = manifestIn(folder);
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying|unlicense)(\.\w+)?$/i.test(entry));
  if (file === undefined && license === undefined) throw new Error(`${name} has no licence: do not bundle it`);
  const text = file === undefined ? `Licence: ${license}\n` : readFileSync(join(folder, file), 'utf8');
  return `${name} ${version}\n${'='.repeat(`${name} ${version}`.length)}\n\n${text.trim()}\n`;
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
