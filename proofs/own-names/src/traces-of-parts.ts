/**
 * Words that name the optional parts of a repository. They are spelled out here, so that this check does not depend on
 * the code of the command.
 */
const words: Readonly<Record<string, RegExp>> = {
  // Not the toolchain, which builds programs of other authors.
  go: /\bGo\b(?! toolchain)|go_package|\bgo (get|mod)\b|gen\/go\b|examples\/go\b|\.go\b|go\.mod|protoc-gen-go/,
  python: /python|\bpip\b|\bPyPI\b|\.py\b|grpcio|betterproto|pyproject|zizmor|hatchling/i,
  // Not the types of the xDS API, whose names begin with this word.
  envoy: /envoy(?!-api'|: \{ service:|[./](service|config|extensions)[./])/i,
  web: /examples\/web|@[\w.-]+\/web\b|proofs\/browser|mantine|wouter|tanstack|guides\/browser|page-port|localhost:5173\/?>/i,
};

/**
 * @param parts as in `--without`
 * @returns the lines that contain a word of one of the parts; the path counts as a line
 */
export function tracesOf(parts: string, path: string, text: string): string[] {
  // Lockfiles also list the dependencies of our dependencies, and comments in Google's protos mention languages.
  if (/(^|\/)(pnpm-lock\.yaml|go\.(mod|sum))$|\/gen\/(ts-proto\/)?google\//.test(path)) return [];
  const lines = `${path}\n${text}`.split('\n');
  // The Go toolchain builds programs of other authors.
  const isOutside = /^(tools\/outside|proofs\/kit\/src\/toolchains)\//.test(path);
  const left = parts.split(',').filter((part) => part !== 'go' || !isOutside);
  const found = left.flatMap((part) => lines.filter((line) => words[part]?.test(line)));
  return found.map((line) => `${path}: ${line}`);
}
