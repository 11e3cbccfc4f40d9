import type { PackageVersion } from '@example/check';

/** What every consumer prints that can make all kinds of calls. */
export function everyCall(version: PackageVersion): string {
  return [webCalls(version), 'upload: 1 0.3', 'chat: 1 hello'].join('\n');
}

/** What one prints that can make those of a web page. */
export function webCalls({ version, descriptorsSha256 }: PackageVersion): string {
  return [
    `package: ${version} ${descriptorsSha256}`,
    'users: 1 Aoife, usr-1 Aoife',
    'error: 5',
    'order: 0.3, listed: 1',
  ].join('\n');
}

/** @throws {Error} with both, when they differ */
export function expectEqual(actual: string, expected: string, what: string): void {
  if (actual.trimEnd() !== expected) throw new Error(`${what} is\n${actual.trimEnd()}\nand should be\n${expected}`);
}
