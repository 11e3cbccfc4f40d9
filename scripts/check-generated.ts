import { compareGenerated } from '@example/check';
import { root } from '@example/kit/root';

const { stale, leftOut } = compareGenerated(root, (text) => process.stdout.write(text));
for (const file of stale) console.error(`${file} is not what the protos generate: run \`pnpm generate\`.`);
const isCi = Boolean(process.env['CI']);
process.exitCode = stale.length > 0 || (isCi && leftOut.length > 0) ? 1 : 0;
