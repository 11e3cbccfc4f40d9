import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';

const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');

/** @returns `NAME@VERSION`, with the version of this repository's catalog */
export function pinned(name: string): string {
  const line = new RegExp(`^ {2}"?${name.replace('/', '\\/')}"?: (?<version>[\\d.]+)$`, 'm').exec(workspace);
  const version = line?.groups?.['version'];
  if (version === undefined) throw new Error(`pnpm-workspace.yaml has no ${name}`);
  return `${name}@${version}`;
}
