import { brokenReleases, root } from '@example/dev';

const versions = brokenReleases(root);
for (const version of versions) console.error(`The protos break what was released as ${version}.`);
process.exitCode = versions.length === 0 ? 0 : 1;
