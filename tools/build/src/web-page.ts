import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';

const vite = fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json')));

/** Builds the static files of examples/web, for the addresses in USERS_URL, ORDERS_URL and ENVOY_URL. */
export async function buildWebPage(outdir: string): Promise<void> {
  const args = [vite, 'build', '--outDir', resolve(outdir), '--emptyOutDir'];
  await outputOf(process.execPath, args, { cwd: join(root, 'examples/web') });
}
