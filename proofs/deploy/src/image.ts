import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';

export const dockerFolder = join(root, 'examples/deploy/docker');

/** The settings in the Dockerfile of the services for their processes. */
export interface ImageSettings {
  readonly env: Readonly<Record<string, string>>;
  readonly user: number;
  readonly group: number;
  readonly entrypoint: readonly string[];
}

/** Reads the last stage of the Dockerfile. @param text its text */
export function imageSettings(text = readFileSync(join(dockerFolder, 'Dockerfile'), 'utf8')): ImageSettings {
  const stage = text.slice(text.lastIndexOf('\nFROM '));
  const words = (instruction: string) => new RegExp(`^${instruction} (.*)$`, 'm').exec(stage)?.[1]?.split(' ') ?? [];
  const [user = '', group = ''] = (words('USER')[0] ?? '').split(':');
  const env = Object.fromEntries(words('ENV').map((word) => word.split(/=(.*)/).slice(0, 2)));
  const entrypoint = JSON.parse(words('ENTRYPOINT').join(' ')) as string[];
  return { env, user: Number(user), group: Number(group), entrypoint };
}
