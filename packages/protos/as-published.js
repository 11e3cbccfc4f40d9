// Rewrites package.json for publishing: applies the exports of publishConfig, as `pnpm pack` would, and removes the
// parts that only this repository needs, which `pnpm pack` would keep. The release runs this script in a copy before it
// packs. When pnpm prepares a git dependency, it runs the script as `publish`.
import { readFileSync, writeFileSync } from 'node:fs';

const path = `${import.meta.dirname}/package.json`;
const { publishConfig, scripts, devDependencies, ...manifest } = JSON.parse(readFileSync(path, 'utf8'));
writeFileSync(path, `${JSON.stringify({ ...manifest, exports: publishConfig.exports }, undefined, 2)}\n`);
