/** Words of the parts that a repository can do without, spelled out, so that a check does not believe the command. */
const words: Readonly<Record<string, RegExp>> = {
  python: /python|\bpip\b|\bPyPI\b|\.py\b|grpcio|betterproto|pyproject|zizmor|hatchling/i,
  envoy: /envoy/i,
  web: /examples\/web|@[\w.-]+\/web\b|proofs\/browser|mantine|wouter|tanstack|guides\/browser|page-port|localhost:5173\/?>/i,
};

/**
 * @param parts as `--without` has them
 * @returns the lines that have a word of one of the parts; the path is one of the lines
 */
export function tracesOf(parts: string, path: string, text: string): string[] {
  // What dependencies depend on is not ours to name.
  if (/(^|\/)(pnpm-lock\.yaml|go\.(mod|sum))$/.test(path)) return [];
  const lines = `${path}\n${text}`.split('\n');
  const found = parts.split(',').flatMap((part) => lines.filter((line) => words[part]?.test(line)));
  return found.map((line) => `${path}: ${line}`);
}
