import { execFileSync } from 'node:child_process';
import { ToolchainMissingError } from './toolchain-missing-error.ts';

export interface OutsideProgram {
  /** The name and the lowest version. */
  readonly title: string;
  /** Names of programs on PATH, or paths. The first one that runs is used. */
  readonly candidates: readonly string[];
  /** Arguments with which the program succeeds if it is usable. */
  readonly probe: readonly string[];
  readonly install: string;
  /**
   * The commands of the repository that need the program. Without it, tests and suites are skipped, and in CI most of
   * them fail.
   */
  readonly neededBy: readonly string[];
}

const version = ['--version'];
const apt = (name: string) => `apt-get install ${name}`;

/** The programs that the lockfile does not install. */
export const outsidePrograms = {
  go: {
    title: 'the Go toolchain, 1.26 or newer',
    candidates: ['go'],
    probe: ['version'],
    install: 'https://go.dev/dl',
    neededBy: ['generate', 'check', 'conformance', 'bench', 'release'],
  },
  python: {
    title: 'Python 3.11 or newer with its module venv',
    // The second name is for Windows.
    candidates: ['python3', 'python'],
    probe: ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 11))'],
    install: `https://www.python.org/downloads, or ${apt('python3-venv')}`,
    neededBy: ['generate', 'check', 'conformance', 'bench', 'release'],
  },
  chromium: {
    title: 'Chromium',
    candidates: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
    probe: version,
    install: apt('chromium'),
    neededBy: ['verify', 'conformance real-clients', 'release rehearse'],
  },
  curl: {
    title: 'curl with HTTP/2',
    candidates: ['curl'],
    probe: version,
    install: apt('curl'),
    neededBy: ['conformance real-clients'],
  },
  h2load: {
    title: 'h2load',
    candidates: ['h2load'],
    probe: version,
    install: apt('nghttp2-client'),
    neededBy: ['bench'],
  },
  taskset: {
    title: 'taskset',
    candidates: ['taskset'],
    probe: version,
    install: apt('util-linux'),
    neededBy: ['bench'],
  },
  nginx: {
    title: 'nginx',
    candidates: ['/usr/sbin/nginx', 'nginx'],
    probe: ['-v'],
    install: apt('nginx-light'),
    neededBy: ['test:soak proxies'],
  },
  haproxy: {
    title: 'haproxy',
    candidates: ['/usr/sbin/haproxy', 'haproxy'],
    probe: ['-v'],
    install: apt('haproxy'),
    neededBy: ['test:soak proxies'],
  },
  strace: {
    title: 'strace',
    candidates: ['strace'],
    probe: ['-V'],
    install: apt('strace'),
    neededBy: ['verify'],
  },
  buildah: {
    title: 'buildah',
    candidates: ['buildah'],
    probe: version,
    install: apt('buildah'),
    neededBy: ['verify'],
  },
  crun: {
    title: 'crun',
    candidates: ['crun'],
    probe: version,
    install: apt('crun'),
    neededBy: ['verify'],
  },
  dpkg: {
    title: 'the package manager of Debian',
    candidates: ['dpkg-deb'],
    probe: version,
    install: 'a base image is made of packages of Debian',
    neededBy: ['verify'],
  },
  bun: {
    title: 'Bun 1.4 or newer',
    candidates: ['bun'],
    probe: version,
    install: 'npm install --global bun',
    neededBy: ['verify'],
  },
  deno: {
    title: 'Deno 2.9 or newer',
    candidates: ['deno'],
    probe: version,
    install: 'npm install --global deno',
    neededBy: ['verify'],
  },
} satisfies Readonly<Record<string, OutsideProgram>>;

/** @returns the name or path by which the program can be started; undefined when it is missing or too old */
export function findProgram({ candidates, probe }: OutsideProgram): string | undefined {
  return candidates.find((candidate) => {
    try {
      execFileSync(candidate, probe, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** @returns the name or path by which the program can be started. @throws {ToolchainMissingError} */
export function needProgram(name: keyof typeof outsidePrograms): string {
  const program = outsidePrograms[name];
  const found = findProgram(program);
  if (found === undefined) throw new ToolchainMissingError(`install ${program.title}: ${program.install}`);
  return found;
}
