// Who installs the package from git gets package.json as it stands, without what `pnpm pack` makes of publishConfig. pnpm runs this
// script, as `publish`, when it prepares a git dependency. The release publishes a packed file, for which no script runs.
import { readFileSync, writeFileSync } from 'node:fs';

const path = `${import.meta.dirname}/package.json`;
const { publishConfig, ...manifest } = JSON.parse(readFileSync(path, 'utf8'));
writeFileSync(path, `${JSON.stringify({ ...manifest, exports: publishConfig.exports }, undefined, 2)}\n`);
