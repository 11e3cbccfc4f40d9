/** A language, a program or a service that a repository can do without. */
export interface Part {
  readonly name: string;
  /** The things that are left out with the part. */
  readonly summary: string;
  /** The parts that need this one, and are left out with it. */
  readonly neededBy?: readonly string[];
  /** Matches the paths of the folders and files of the part. */
  readonly paths: RegExp;
  /** Matches the names of the part in texts and code. */
  readonly names: RegExp;
  /** Matches the paths of files that keep these names, because they run programs of other authors. */
  readonly kept?: RegExp;
}

export const parts: readonly Part[] = [
  {
    name: 'go',
    summary: 'the Go module, its clients and servers; programs of other authors still need the Go toolchain',
    paths:
      /(^|[/.-])go([/.-]|$)|^proofs\/bench\/src\/(overload\/|server\/workloads\/(idle|latency)\.ts$)|^docs\/results\/overload/,
    kept: /^tools\/outside\/|^proofs\/kit\/src\/toolchains\/(module|outside)-programs\.ts$/,
    // Not grpc-go, which is a program of other authors. Some of the load of `pnpm bench` comes from Go programs.
    names:
      /\bGo\b(?! toolchain)|\bGo[A-Z]|(?<!let|Let)(?<=[a-z])Go(?!On|Away)(?=[A-Z]|\b)|^go$|['"`]go['"`]|\bgo(?!Away|On\b)[A-Z]|\bgo[._](mod|sum|package)\b|\.go\b|[\w.*]\/go\b|(?<!grpc|setup)-go\b|\bgo-(?!version)[a-z]|\bgo (build|env|get|install|list|mod|run|test|tool|vet)\b|gofmt|\bGO(PROXY|PATH|MOD|SUM|WORK|FLAGS|PRIVATE|INSECURE|NOSUM|MAXPROCS|ROOT|VERSION)|module-(zip|proxy)|module prox|[mM]oduleZip|checkModule|[vV]anity|[oO]verload-?[bB]ench|bench[ -]?[oO]verload|results\/overload/,
  },
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
      /examples\/web|dist\/web|proofs\/browser|--project browser|browser\.md|@[\w.-]+\/web\b|\b(the|its) web page\b|web-?page\b|page-(port|server)|pageProgram|runPage|DevAccount|pageAccounts|localhost:5173>|types-web|mantine|wouter|tanstack|connect-query|@vitejs|axe-core|fontsource/i,
  },
  {
    name: 'order-service',
    summary: 'OrderService: its proto, its package, and what calls it',
    paths: /(^|[/._-])orders?([/._-]|$)|^examples\/go\/internal\/(chat|directory)\/|\/domain\/chat\.py$/,
    // Not an order of things.
    names:
      /\border-(service|egress|address|port|database)|order_service|[oO]rderService|\border[./]v1|orderv1|\bord-|[lL]ine_?[iI]tem|[oO]rderChat|order_chat|\bORDERS?_|(?<!in|Folder|Wrapper)(?<=[a-z])Orders?\b|\b[oO]rders\b|\bOrder\b|[oO]rders?[A-Z](?!y\b)|order_?id\b|\border_(pb|v1)/,
  },
];

/** The parts with these names, and the parts that need them. */
export function withNeeding(names: readonly string[]): Part[] {
  const all = new Set(names);
  for (const name of all) for (const other of parts.find((part) => part.name === name)?.neededBy ?? []) all.add(other);
  return parts.filter(({ name }) => all.has(name));
}
