import { root, staleGeneratedFiles } from '@example/dev';

const files = staleGeneratedFiles(root);
for (const file of files) console.error(`${file} is not what the protos generate: run \`pnpm generate\`.`);
process.exitCode = files.length === 0 ? 0 : 1;
