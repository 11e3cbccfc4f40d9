import { brokenReleases } from '@example/check';
import { root } from '@example/kit/root';

const versions = brokenReleases(root);
for (const version of versions) console.error(`The protos break what was released as ${version}.`);
if (versions.length > 0) {
  console.error(
    'What must break goes into a new package, such as user.v2 (CONTRIBUTING.md). A version that nobody has yet is prepared anew: `git rm -r releases/VERSION`.',
  );
}
process.exitCode = versions.length === 0 ? 0 : 1;
