// Exits with an error if the servers are not safe on this version of Node. This file itself must run on any Node. On
// Linux pnpm installs the Node of the lockfile. If this message appears there, the install before the command has
// failed.
import { isSafeNode } from '@example/rpc-server/safe-node';

if (!isSafeNode(process.versions.node)) {
  const bringsNode = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  const advice = bringsNode
    ? 'run `npx -y pnpm@12.21.0 install` and read why it fails'
    : 'install Node 24.18.1 or newer, or 26.5.1 or newer';
  process.stderr.write(`This is Node ${process.versions.node}, which is too old: ${advice}.\n`);
  process.exit(1);
}
