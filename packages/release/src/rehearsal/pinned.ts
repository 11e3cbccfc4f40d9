import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';

const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');

/** @returns `NAME@VERSION`, the version that this repository uses */
export function pinned(name: string): string {
  const line = new RegExp(`^ {2}"?${name.replace('/', '\\/')}"?: (?<version>[\\d.]+)$`, 'm').exec(workspace);
  const version = line?.groups?.['version'];
  if (version === undefined) throw new Error(`pnpm-workspace.yaml has no ${name}`);
  return `${name}@${version}`;
}
