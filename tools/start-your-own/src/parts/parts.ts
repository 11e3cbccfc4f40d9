/** A language, or a program, that a repository can do without. */
export interface Part {
  readonly name: string;
  /** The things that are left out with the part. */
  readonly summary: string;
  /** The parts that need this one, and are left out with it. */
  readonly neededBy?: readonly string[];
  /** Matches the paths of the folders and files of the part. */
  readonly paths: RegExp;
  /** Matches the names of the part in texts and code, in upper or lower case. */
  readonly names: RegExp;
}

export const parts: readonly Part[] = [
  {
    name: 'python',
    summary: 'the Python package, its clients and servers, and tools written in Python',
    neededBy: ['envoy'],
    paths:
      /(^|[/.-])python([/.-]|$)|\.pyi?$|(^|\/)(schemathesis\.ts|requirements\.(in|txt)|pyproject\.toml|ruff\.toml|py\.typed)$/,
    names:
      /python|\bpip\b|pypi|\bsdist\b|\bPEP\b|\bpeps\b|mypy|\bruff\b|\bpyright|grpcio|betterproto|hatchling|zizmor|schemathesis|kubernetes.validate|openapi-spec-validator|asyncio|\bvenv\b|\.pyc?\b|_pb2|pyproject|\brequirements\.(in|txt)\b|__init__|__pycache__|\bUV_/i,
  },
  {
    name: 'envoy',
    summary: 'Envoy in front of the services: its settings, pnpm dev --envoy, its proofs',
    paths: /(^|[/.-])envoy([/.-]|$)/,
    // The types of the xDS API begin with its name.
    names: /envoy(?!-api|: \{ service\b|[./](service|config|extensions)\b)/i,
  },
  {
    name: 'web',
    summary: 'the web page of examples/web, and its tests in a browser',
    paths: /^(examples\/web|proofs\/browser)\/|^docs\/guides\/browser\.md$|^tools\/(dev|build)\/src\/(web-)?page\b/,
    names:
      /examples\/web|dist\/web|proofs\/browser|--project browser|browser\.md|@[\w.-]+\/web\b|\b(the|its) web page\b|web-?page\b|page-(port|server)|pageProgram|runPage|DevAccount|pageAccounts|localhost:5173>|types-web|mantine|wouter|tanstack|connect-query|@vitejs|axe-core|fontsource/,
  },
];

/** The parts with these names, and the parts that need them. */
export function withNeeding(names: readonly string[]): Part[] {
  const all = new Set(names);
  for (const name of all) for (const other of parts.find((part) => part.name === name)?.neededBy ?? []) all.add(other);
  return parts.filter(({ name }) => all.has(name));
}
