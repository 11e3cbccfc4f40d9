import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '@example/kit/authority';
import { jsonLine, outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { createTokenIssuer } from '@example/kit/token-issuer';
import { needProgram, ToolchainMissingError } from '@example/kit/toolchains';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildKustomize, buildOverlay } from './build-overlay.ts';
import { runContainer } from './container.ts';
import { makeBase, makeBuildBase } from './debian-base.ts';
import { dockerFolder, imageSettings } from './image.ts';
import { type Deployment, ofKind, type PodSpec } from './kubernetes-objects.ts';

const service = 'user-service';
const maxBytes = 150e6;
/** Shells that the image must not contain, so that an intruder cannot use one. */
const shells = ['sh', 'bash', 'dash', 'busybox'];
const buildMs = 600_000;

let kustomize = '';
const why = await missing();

/** @returns the program to install; undefined when nothing is missing. Even CI may run without root. */
async function missing(): Promise<string | undefined> {
  try {
    if (process.getuid?.() !== 0) throw new ToolchainMissingError('images are built and run by root');
    for (const program of ['buildah', 'crun', 'dpkg'] as const) needProgram(program);
    kustomize = await buildKustomize();
    return undefined;
  } catch (error) {
    if (error instanceof ToolchainMissingError) return error.message;
    throw error;
  }
}

describe.skipIf(why)(`the image of ${service}${why ?? ''}`, () => {
  let folder: string;
  let mounted: string;
  let pod: PodSpec;
  const image = imageSettings();
  const buildah = (...args: string[]) => {
    const [command = '', ...rest] = args;
    const store = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
    const isolation = command === 'bud' ? ['--isolation', 'chroot'] : [];
    return outputOf('buildah', [...store, command, ...isolation, ...rest]);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'images-'));
    const certificates = 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt';
    for (const [name, make, more] of [
      ['base', makeBase, ''],
      ['build', makeBuildBase, certificates],
    ] as const) {
      const context = join(folder, name);
      await make(context);
      const file = join(folder, `${name}.Dockerfile`);
      writeFileSync(file, `FROM scratch\nCOPY . /\nENV PATH=/usr/bin:/bin\n${more}\n`);
      await buildah('bud', '-f', file, '-t', `localhost/${name}`, context);
    }
    const file = join(dockerFolder, 'Dockerfile');
    const values = { SERVICE: service, BUILD_IMAGE: 'localhost/build', BASE_IMAGE: 'localhost/base' };
    const args = Object.entries(values).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    await buildah(
      'bud',
      '--ignorefile',
      `${file}.dockerignore`,
      '-f',
      file,
      ...args,
      '-t',
      `localhost/${service}`,
      root,
    );
    const container = (await buildah('from', `localhost/${service}`)).trim();
    mounted = (await buildah('mount', container)).trim();
    const { objects } = await buildOverlay(kustomize, 'sqlite');
    const found = ofKind<Deployment>(objects, 'Deployment').find(({ metadata }) => metadata.name === service);
    pod = (found as Deployment).spec.template.spec;
  }, buildMs);
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('has at most 150 MB, the Node of the lockfile, and no shell', async () => {
    const bytes = Number((await outputOf('du', ['-sb', mounted])).split('\t')[0]);
    expect(bytes).toBeLessThanOrEqual(maxBytes);
    expect(await outputOf(join(mounted, 'usr/bin/node'), ['--version'])).toBe(`${process.version}\n`);
    const found = shells.flatMap((name) => ['bin', 'usr/bin'].map((bin) => join(mounted, bin, name)));
    expect(found.filter((path) => existsSync(path))).toEqual([]);
  });

  it('serves under the security context, with the mounts and variables of the manifests', async () => {
    const volumes = Object.fromEntries(pod.volumes.map(({ name }) => [name, join(folder, 'volumes', name)]));
    for (const path of Object.values(volumes)) {
      mkdirSync(path, { recursive: true });
      // Sets owners as a kubelet does: volumes belong to the group, and the files of secrets and config maps to root.
      chownSync(path, 0, pod.securityContext?.fsGroup ?? 0);
      chmodSync(path, 0o2775);
    }
    const authority = await createAuthority();
    const { cert, key } = await authority.issueForServer('localhost');
    const issuer = await createTokenIssuer('https://issuer.example.org', 'example');
    writeFileSync(join(folder, 'ca.pem'), authority.cert);
    writeFileSync(join(`${volumes['tls']}`, 'tls.crt'), cert, { mode: 0o440 });
    writeFileSync(join(`${volumes['tls']}`, 'tls.key'), key, { mode: 0o440 });
    writeFileSync(join(`${volumes['token-issuer']}`, 'jwks.json'), JSON.stringify(issuer.jwks));

    await using container = await runContainer({ root: mounted, image, pod, folder, volumes });
    const { pid } = await container.program.waitForLine((line) => {
      const log = jsonLine(line);
      return log?.['url'] === undefined ? undefined : log;
    });
    expect(pid).toBe(1);
    const [{ startupProbe, ports }] = pod.containers;
    const health = `http://127.0.0.1:${startupProbe?.grpc?.port}/grpc.health.v1.Health/Check`;
    expect(await container.inNetwork(post(health, {}))).toContain('"SERVING"');
    expect(await container.inNetwork(post(health, { service: 'liveness' }))).toContain('"SERVING"');
    const grpc = ports.find(({ name }) => name === 'grpc')?.containerPort;
    const getUser = `https://localhost:${grpc}/user.v1.UserService/GetUser`;
    const trust = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    expect(await container.inNetwork(post(getUser, { id: '1' }), trust)).toContain('unauthenticated');
    const token = await issuer.issue({ subject: 'tester', scopes: ['users.read'] });
    expect(await container.inNetwork(post(getUser, { id: '1' }, token), trust)).toContain('Aoife');
    expect(existsSync(join(`${volumes['data']}`, `${service}.db`))).toBe(true);
    expect(await container.end()).toBe(0);
  });
});

/** A script that sends a request by Connect, and writes the response. */
function post(url: string, body: object, token?: string): string {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return `console.log(await (await fetch(${JSON.stringify(url)}, ${JSON.stringify(init)})).text())`;
}
