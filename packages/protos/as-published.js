// Makes package.json what is published: with the exports of publishConfig, which `pnpm pack` would put in place, and without what only
// this repository needs, which it would keep. The release runs it in a copy before it packs; pnpm runs it, as the script `publish`, when
// it prepares a git dependency.
import { readFileSync, writeFileSync } from 'node:fs';

const path = `${import.meta.dirname}/package.json`;
const { publishConfig, scripts, devDependencies, ...manifest } = JSON.parse(readFileSync(path, 'utf8'));
writeFileSync(path, `${JSON.stringify({ ...manifest, exports: publishConfig.exports }, undefined, 2)}\n`);
