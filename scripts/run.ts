/** Runs a command of the repository: `pnpm NAME [arguments]` is `node --import tsx scripts/run.ts NAME [arguments]`. */

type Run = (args: readonly string[], streams: NodeJS.Process) => Promise<number> | number;

interface Command {
  /** One line of the list that `--help` prints. */
  readonly summary: string;
  /** Loads the code of this command only. */
  readonly load: () => Promise<Run>;
}

const commands: Readonly<Record<string, Command>> = {
  dev: {
    summary: 'run all services and restart them when a file changes',
    load: async () => (await import('@example/dev')).runDev,
  },
  build: {
    summary: 'build each service into a folder that needs nothing but Node',
    load: async () => (await import('@example/build')).runBuild,
  },
  start: {
    summary: 'run the services that pnpm build has built',
    load: async () => (await import('@example/build/start')).runStart,
  },
  'dev backup': {
    summary: 'copy a SQLite store while its service runs',
    load: async () => (await import('@example/dev/backup')).runBackup,
  },
  test: {
    summary: 'run the tests of the product: packages, examples',
    load: async () => (await import('@example/check')).runTests,
  },
  check: {
    summary: 'run the static checks: style, types, imports, unused code, protos, generated code, workflows',
    load: async () => (await import('@example/check')).runCheck,
  },
  verify: {
    summary: 'run everything that CI runs: tests, checks, tests of proofs and tools, suites of other authors',
    load: async () => (await import('@example/check')).runVerify,
  },
  generate: {
    summary: 'generate the code of every language from the protos',
    load: async () => (await import('@example/check')).runGenerate,
  },
  new: {
    summary: 'add a service, a method or a field, with its code, tests and clients',
    load: async () => (await import('@example/new')).runNew,
  },
  toolchains: {
    summary: 'list the programs that the commands need besides Node, and how to install missing ones',
    load: async () => (await import('@example/check')).runToolchains,
  },
  bench: {
    summary: 'measure servers, clients and stores, and compare them with others',
    load: async () => (await import('@example/bench')).runBench,
  },
  conformance: {
    summary: 'run the suites of other authors: server, client, grpc-interop, h2spec, openapi, real-clients',
    load: async () => (await import('@example/conformance')).runConformance,
  },
  'conformance matrix': {
    summary: 'call every server with every client',
    load: async () => (await import('@example/matrix')).runMatrix,
  },
  'test:soak': {
    summary: 'keep a service under load for a long time, and look for leaks',
    load: async () => (await import('@example/endurance/soak')).runSoak,
  },
  'test:soak crash': {
    summary: 'kill services under load and look for lost writes',
    load: async () => (await import('@example/endurance/crash')).runCrash,
  },
  'test:soak fuzz': {
    summary: 'send mutated HTTP/2 frames and header blocks',
    load: async () => (await import('@example/fuzz')).runFuzz,
  },
  'test:soak attack': {
    summary: 'attack a service in all ways at once, under legal load',
    load: async () => (await import('@example/endurance/attack')).runAttack,
  },
  'test:soak client': {
    summary: 'make servers fail in every way while a client calls them',
    load: async () => (await import('@example/endurance/client-faults')).runClientFaults,
  },
  'test:soak hops': {
    summary: 'let deadlines and cancellations pass through three servers',
    load: async () => (await import('@example/endurance/hops')).runHopsCommand,
  },
  'test:soak proxies': {
    summary: 'call a service through nginx, Envoy and haproxy while it is replaced',
    load: async () => (await import('@example/proxies')).runProxies,
  },
  'test:soak rollout': {
    summary: 'replace the replicas of a service as a kubelet does, while clients call',
    load: async () => (await import('@example/deploy/rollout')).runRollout,
  },
  release: {
    summary: 'prepare a release (VERSION), publish it, print its notes: publish, notes, workflow',
    load: async () => (await import('@example/release')).runReleaseProcess,
  },
  'release rehearse': {
    summary: 'publish to registries on this machine, and use the packages from them: gates, additions',
    load: async () => (await import('@example/rehearsal')).runRehearse,
  },
  'start-your-own': {
    summary: 'give this repository your names: npm scope, Go module, Python package, copyright',
    load: async () => (await import('@example/start-your-own')).runStartYourOwn,
  },
  'start-your-own try': {
    summary: 'give clones odd names, and use them',
    load: async () => (await import('@example/own-names')).runTryNames,
  },
};

function usage(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  pnpm ${name.padEnd(width)}  ${summary}\n`);
  return `Commands of this repository:\n\n${lines.join('')}\nEach command has --help.\n`;
}

const [first = '--help', ...rest] = process.argv.slice(2);
const [name, args] = Object.hasOwn(commands, `${first} ${rest[0]}`)
  ? [`${first} ${rest[0]}`, rest.slice(1)]
  : [first, rest];
if (name === '--help' || name === '-h') process.stdout.write(usage());
else if (!Object.hasOwn(commands, name)) {
  process.stderr.write(`There is no command ${name}.\n\n${usage()}`);
  process.exitCode = 1;
} else {
  const run = await (commands[name] as Command).load();
  process.exitCode = await run(args, process);
}
