// Ends a command on a version of Node on which the servers are not safe. This file itself must run on any Node. On
// Linux the lockfile brings the right Node; this message there means that the install before the command failed.
import { isSafeNode } from '@example/rpc-server/safe-node';

if (!isSafeNode(process.versions.node)) {
  const bringsNode = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  const advice = bringsNode
    ? 'run `npx -y pnpm@12.21.0 install` and read why it fails'
    : 'install Node 24.18.1 or newer, or 26.5.1 or newer';
  process.stderr.write(`This is Node ${process.versions.node}, which is too old: ${advice}.\n`);
  process.exit(1);
}
