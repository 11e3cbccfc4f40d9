// Builds the published files: dist/esm, dist/cjs, a copy of the .proto files, and their descriptor set.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

process.chdir(import.meta.dirname);
rmSync('dist', { recursive: true, force: true });
rmSync('proto', { recursive: true, force: true });

const args = ['build', '../..', '--as-file-descriptor-set', '-o', 'descriptors.binpb'];
execFileSync('buf', args, { stdio: 'inherit' });
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const sha256 = createHash('sha256').update(readFileSync('descriptors.binpb')).digest('hex');
writeFileSync(
  'src/version.ts',
  `/** The version of this package. */
export const version: string = '${version}';

/** The SHA-256 hash of \`@example/protos/descriptors.binpb\` in hexadecimal digits. */
export const descriptorsSha256: string = '${sha256}';
`,
);

execFileSync('tsc', ['-p', 'tsconfig.esm.json'], { stdio: 'inherit' });
execFileSync('tsc', ['-p', 'tsconfig.cjs.json'], { stdio: 'inherit' });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
cpSync('../../proto', 'proto', { recursive: true });
