import { join } from 'node:path';
import { root } from '@example/kit/root';

/** The folder of everything that `pnpm build` makes. */
export const builds = join(root, 'dist');
