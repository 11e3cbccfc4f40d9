import { brokenReleases, root } from '@example/dev';

const versions = brokenReleases(root);
for (const version of versions) console.error(`The protos break what was released as ${version}.`);
if (versions.length > 0) {
  console.error('A breaking change needs a new package, such as user.v2 (CONTRIBUTING.md).');
}
process.exitCode = versions.length === 0 ? 0 : 1;
