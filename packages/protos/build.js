// Builds what is published: dist/esm, dist/cjs and a copy of the .proto files.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';

process.chdir(import.meta.dirname);
rmSync('dist', { recursive: true, force: true });
rmSync('proto', { recursive: true, force: true });

execFileSync('tsc', ['-p', 'tsconfig.esm.json'], { stdio: 'inherit' });
execFileSync('tsc', ['-p', 'tsconfig.cjs.json'], { stdio: 'inherit' });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
cpSync('../../proto', 'proto', { recursive: true });
