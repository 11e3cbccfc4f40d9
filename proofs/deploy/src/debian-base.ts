import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outputOf } from '@example/kit/programs';

/** The libraries with which Node is linked. */
const libraries = ['libc6', 'libstdc++6', 'libgcc-s1'];
/** The files that the last stage does not need: old character sets, and texts. */
const unused = ['usr/share', 'usr/lib/x86_64-linux-gnu/gconv', 'usr/lib/aarch64-linux-gnu/gconv'];
/** The programs that the build calls in a shell. */
const shell = ['sh', 'env', 'cp', 'mkdir'];
const authorities = 'etc/ssl/certs/ca-certificates.crt';

/** Makes the root folder of a base image from packages of Debian: glibc and libstdc++, and no program. */
export async function makeBase(root: string): Promise<void> {
  await unpack(libraries, root);
  for (const path of unused) rmSync(join(root, path), { recursive: true, force: true });
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin\n');
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
}

/** Makes the root folder of an image that can build: with a shell, and with this Node and the npm of this machine. */
export async function makeBuildBase(root: string): Promise<void> {
  await unpack([...libraries, 'busybox-static'], root);
  for (const name of shell) symlinkSync('busybox', join(root, 'bin', name));
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  symlinkSync('../../bin/busybox', join(root, 'usr/bin/env'));
  cpSync(process.execPath, join(root, 'usr/bin/node'));
  const npm = dirname(dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())));
  cpSync(npm, join(root, 'usr/lib/node_modules/npm'), { recursive: true, dereference: true });
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/bin', name));
  }
  mkdirSync(join(root, dirname(authorities)), { recursive: true });
  cpSync(join('/', authorities), join(root, authorities), { dereference: true });
}

async function unpack(packages: readonly string[], root: string): Promise<void> {
  const downloads = `${root}.packages`;
  for (const folder of [root, downloads]) mkdirSync(folder, { recursive: true });
  await outputOf('apt-get', ['download', ...packages], { cwd: downloads });
  await outputOf('sh', ['-c', `for package in *.deb; do dpkg-deb -x "$package" '${root}'; done`], { cwd: downloads });
}
