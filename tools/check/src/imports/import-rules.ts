import { globSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';

/**
 * The import order of the entries of a folder, which are folders or files. An entry may import itself and the entries
 * of earlier levels. It may not import other entries of its level, or anything in the folder that is not listed. Inside
 * a package (`packages/http2/src`) tests may import everything.
 */
export interface FolderOrder {
  readonly in: string;
  readonly levels: readonly (readonly string[])[];
}

/** The orders of all folders whose imports are checked. */
export const folderOrders: readonly FolderOrder[] = [
  { in: '', levels: [['packages'], ['examples'], ['proofs'], ['tools'], ['scripts'], ['vitest.workspace.ts']] },
  {
    in: 'packages',
    levels: [
      ['protos', 'http2', 'service-kit'],
      ['message-codec'],
      ['rpc-core'],
      ['rpc-server', 'rpc-client', 'storage'],
      globSync('*-service', { cwd: join(root, 'packages') }),
    ],
  },
  {
    in: 'packages/http2/src',
    levels: [
      ['errors'],
      ['headers', 'limits'],
      ['api.ts'],
      ['frames', 'hpack'],
      ['streams'],
      ['connection'],
      ['server', 'client'],
      ['index.ts'],
    ],
  },
  {
    in: 'packages/rpc-client/src',
    levels: [
      ['backoff.ts'],
      ['context', 'service-config.ts', 'time-spent', 'tls', 'tokens'],
      ['protocol'],
      ['connection', 'retries'],
      ['call', 'channel'],
      ['transport'],
      ['index.ts'],
    ],
  },
  {
    in: 'packages/rpc-server/src',
    levels: [
      ['gen', 'address', 'log', 'once.ts', 'retry-later.ts'],
      ['config'],
      ['memory'],
      ['auth', 'health', 'load', 'overload', 'reflection'],
      ['call'],
      ['grpc', 'connect', 'http1'],
      ['dispatch.ts', 'http2'],
      ['listener'],
      ['health-port.ts'],
      ['serve.ts'],
      ['workers'],
      ['process'],
      ['index.ts'],
    ],
  },
  {
    in: 'tools',
    levels: [['openapi'], ['check', 'dev'], ['new', 'release', 'start-your-own'], ['build']],
  },
];

/** Tests, and files that only tests import. */
export const testFiles = '\\.(test|fixture|contract)\\.(ts|js)$|/testing/';

/** The tests of packages and examples import the kit, so the kit imports none of them. */
export const testKit = 'proofs/kit';

/** Permanent exceptions to the orders. Both are regular expressions. */
export const allowedImports: readonly { readonly from: string; readonly to: string }[] = [
  { from: `^(packages|examples)/.*(${testFiles})`, to: `^${testKit}/` },
  // A client is tested with real servers, and the services of other packages are tested with this client.
  {
    from: `^packages/rpc-client/.*(${testFiles})`,
    to: '^packages/rpc-server/src/(index|testing/(index|test-server))\\.ts$',
  },
  // The rehearsal of a release uses the code that builds releases.
  { from: '^proofs/rehearsal/', to: '^tools/(release|check)/' },
];

/** The checked code. The programs in consumers/ run in copies of their folders, where their imports are installed. */
export const checkedFolders = ['packages', 'examples', 'proofs', 'tools', 'scripts', 'vitest.workspace.ts'];
export const uncheckedFiles = '(^|/)(node_modules|dist|gen|consumers|\\.venv)/';

/**
 * A violation that is accepted for now. `from` and `to` are prefixes of paths. An entry without a violation fails the
 * check.
 */
export interface KnownViolation {
  readonly from: string;
  readonly to: string;
}

/** Violations that will be removed, each together with its cause. */
export const knownViolations: readonly KnownViolation[] = [];
