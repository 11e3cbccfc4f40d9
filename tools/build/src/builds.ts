import { join } from 'node:path';
import { root } from '@example/kit/root';

/** The folder of all results of `pnpm build`. */
export const builds = join(root, 'dist');
