// Ends a script that would run on a Node the servers are not safe on. It must itself run on any Node.
// On Linux the lockfile brings the right one; seen there, this means that the install before the script failed.
const safeFrom = { 24: [18, 1], 26: [5, 1] };

const [major, minor, patch] = process.versions.node.split('.').map(Number);
const [safeMinor, safePatch] = safeFrom[major] ?? [0, 0];
const isSafe = major >= 24 && major !== 25 && (minor > safeMinor || (minor === safeMinor && patch >= safePatch));
if (!isSafe) {
  const bringsNode = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  const advice = bringsNode
    ? 'run `npx -y pnpm@12.21.0 install` and read why it fails'
    : 'install Node 24.18.1 or newer, or 26.5.1 or newer';
  process.stderr.write(`This is Node ${process.versions.node}, which is too old: ${advice}.\n`);
  process.exit(1);
}
