import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { names } from '@example/kit/names';
import { goGet } from '../projects/go-project.ts';
import { nodeRuntime, npmInstall } from '../projects/npm-project.ts';
import { pythonInstall } from '../projects/python-project.ts';
import { newProject, type Project, type ProjectSettings } from '../rehearsal.ts';
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
  await goGet(project, release);
  await writeFile(join(project.folder, 'services.go'), await goServices(project));
  await project.run('go', 'mod', 'tidy');
  await project.run('go', 'build', '-o', 'skew', '.');
  return { folder: project.folder, command: [join(project.folder, 'skew')] as const };
}

/** Lists the services by their names in the generated code, because Go links only packages that a program imports. */
async function goServices(project: Project): Promise<string> {
  const folder = (await project.run('go', 'list', '-m', '-f', '{{.Dir}}', names.goModule)).trim();
  const files = globSync('**/*_grpc.pb.go', { cwd: folder });
  const services = files.flatMap((file, i) => {
    const found = readFileSync(join(folder, file), 'utf8').matchAll(/^var (\w+) = grpc\.ServiceDesc\{/gm);
    return [...found].map(([, name]) => `&p${i}.${name}`);
  });
  return `package main

import (
	"google.golang.org/grpc"

${files.map((file, i) => `\tp${i} "${names.goModule}/${dirname(file)}"`).join('\n')}
)

var services = []*grpc.ServiceDesc{${services.join(', ')}}
`;
}

async function pythonPeer(rehearsal: ProjectSettings, release: ReleasedVersion) {
  const project = await newProject(rehearsal, 'skew-python');
  const python = await pythonInstall(project, release);
  return { folder: project.folder, command: [python, 'skew.py'] as const };
}
