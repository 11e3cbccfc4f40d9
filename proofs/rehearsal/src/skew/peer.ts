import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { registryOf } from '@example/release';
import { goGet } from '../projects/go-project.ts';
import { nodeRuntime, npmInstall } from '../projects/npm-project.ts';
import { pythonInstall } from '../projects/python-project.ts';
import { newProject, type ProjectSettings } from '../rehearsal.ts';
import type { ReleasedVersion } from '../released-version.ts';

/** A program in one language with the package of one version. The program can be a server or a client. */
export interface Peer {
  /** `Go 1.0.0` */
  readonly name: string;
  readonly descriptors: Uint8Array;
  readonly folder: string;
  /** Program and arguments, before `server` or `client`. */
  readonly command: readonly [string, ...string[]];
}

const languages: readonly [
  string,
  (rehearsal: ProjectSettings, release: ReleasedVersion) => Promise<Omit<Peer, 'name' | 'descriptors'>>,
][] = [
  ['TypeScript', nodePeer],
  ['Go', goPeer],
  ['Python', pythonPeer],
];

/** Makes a peer for each language and version, with the package from its registry. */
export async function preparePeers(rehearsal: ProjectSettings, releases: readonly ReleasedVersion[]): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const [language, prepare] of languages) {
    for (const release of releases) {
      const { folder, command } = await prepare(rehearsal, release);
      peers.push({ name: `${language} ${release.record.version}`, descriptors: release.descriptors, folder, command });
    }
  }
  return peers;
}

async function nodePeer(rehearsal: ProjectSettings, release: ReleasedVersion) {
  const project = await newProject(rehearsal, 'skew-node');
  await npmInstall(project, release, nodeRuntime);
  return { folder: project.folder, command: [process.execPath, 'skew.mjs'] as const };
}

async function goPeer(rehearsal: ProjectSettings, release: ReleasedVersion) {
  const project = await newProject(rehearsal, 'skew-go');
  await writeFile(join(project.folder, 'services.go'), goServices(release));
  await goGet(project, release);
  await project.run('go', 'mod', 'tidy');
  await project.run('go', 'build', '-o', 'skew', '.');
  return { folder: project.folder, command: [join(project.folder, 'skew')] as const };
}

/** Go only links imported packages, so the program lists the services of the version. */
function goServices({ descriptors }: ReleasedVersion): string {
  const services = [...registryOf(descriptors)].filter((type) => type.kind === 'service');
  const parts = services.map(({ name, file }) => {
    const [path, packageName] = (file.proto.options?.goPackage ?? '').split(';');
    return { path, packageName, name };
  });
  const descriptions = parts.map(({ packageName, name }) => `&${packageName}.${name}_ServiceDesc`);
  return `package main

import (
	"google.golang.org/grpc"

${[...new Set(parts.map(({ path, packageName }) => `\t${packageName} "${path}"`))].join('\n')}
)

var services = []*grpc.ServiceDesc{${descriptions.join(', ')}}
`;
}

async function pythonPeer(rehearsal: ProjectSettings, release: ReleasedVersion) {
  const project = await newProject(rehearsal, 'skew-python');
  const python = await pythonInstall(project, release);
  return { folder: project.folder, command: [python, 'skew.py'] as const };
}
