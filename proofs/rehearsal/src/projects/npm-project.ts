import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { names, tarballOf } from '@example/kit/names';
import { expectEqual, type Project } from '../rehearsal.ts';
import type { ReleasedVersion } from '../released-version.ts';
import { pinned } from './pinned.ts';

/** The other dependencies of a client on Node. */
export const nodeRuntime = ['@bufbuild/protobuf', '@connectrpc/connect', '@connectrpc/connect-node'].map(pinned);

/**
 * Installs the package and others by name and version, and compares the bytes of the package with those of the release.
 */
export async function npmInstall(project: Project, release: ReleasedVersion, others: readonly string[]): Promise<void> {
  const { version } = release.record;
  await project.run(
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    `${names.npmPackage}@${version}`,
    ...others,
  );
  const lock = JSON.parse(await readFile(join(project.folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const installed = lock.packages[`node_modules/${names.npmPackage}`]?.integrity ?? 'none';
  expectEqual(installed, await integrityOf(release), 'the integrity in package-lock.json');
}

/** The digest of the released tarball, in the form of lockfiles. */
export async function integrityOf({ folder, record }: ReleasedVersion): Promise<string> {
  const tarball = await readFile(join(folder, tarballOf(names.npmPackage, record.version)));
  return `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
}
