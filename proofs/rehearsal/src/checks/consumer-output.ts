import { expectEqual, type Rehearsal } from '../rehearsal.ts';

/** The version and the digest of the descriptor set that a package contains. */
interface PackageVersion {
  readonly version: string;
  readonly descriptorsSha256: string;
}

/** The output of a consumer that makes the calls that are possible from a web page. */
export function webOutput({ version, descriptorsSha256 }: PackageVersion): string {
  return [
    `package: ${version} ${descriptorsSha256}`,
    'users: 1 Aoife, usr-1 Aoife',
    'error: 5',
    'order: 0.3, listed: 1',
  ].join('\n');
}

/** Compares the output of a consumer that makes all calls. @throws {Error} with both outputs, when they differ */
export function expectConsumerOutput(package_: PackageVersion, output: string): void {
  const expected = [webOutput(package_), 'upload: 1 0.3', 'chat: 1 hello'].join('\n');
  expectEqual(output, expected, 'the output of the consumer');
}

/** Compares the output of a consumer with the calls of the rehearsed version. */
export function expectCalls({ release }: Pick<Rehearsal, 'release'>, output: string): undefined {
  expectConsumerOutput(release.record, output);
}
