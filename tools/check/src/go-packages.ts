import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Finds protos whose option go_package is not the place where their code is generated, so that no Go program could
 * import the code.
 *
 * @param root of a repository
 * @returns a line for each, with the remedy
 */
export function wrongGoPackages(root: string): string[] {
  if (!existsSync(join(root, 'go.mod'))) return [];
  const module = /^module\s+(\S+)/m.exec(readFileSync(join(root, 'go.mod'), 'utf8'))?.[1];
  return globSync('**/*.proto', { cwd: join(root, 'proto'), exclude: ['google'] }).flatMap((path) => {
    const folder = path.slice(0, path.lastIndexOf('/'));
    const text = readFileSync(join(root, 'proto', path), 'utf8');
    const [, found = ''] = /^option go_package = "([^";]*)/m.exec(text) ?? [];
    const right = `${module}/gen/go/${folder}`;
    if (found !== right) return [`proto/${path}: go_package has to begin with "${right}", the place of its Go code`];
    return folder.split('/').includes('internal')
      ? [`proto/${path}: Go refuses to import a folder named internal from another module: name it otherwise`]
      : [];
  });
}
