import { names } from '@example/kit/names';
import { goGet } from '../projects/go-project.ts';
import { type Check, newProject, type Project, type Rehearsal } from '../rehearsal.ts';
import { addressesOf } from '../services.ts';
import { expectCalls } from './consumer-output.ts';
import { pathWithGo } from './go-toolchain.ts';
import { lowestOf, refusal } from './lowest.ts';

const ours = RegExp.escape(names.goModule);
const runtimes = ['google.golang.org/grpc', 'google.golang.org/protobuf'];

export const goFloors: readonly Check[] = [
  {
    // Go itself selects the lowest versions that satisfy all requirements.
    name: 'Go: the lowest grpc and protobuf, the lowest Go',
    async show(rehearsal) {
      const { go } = rehearsal.release.record.minimumRuntimes;
      const lowestGo = lowestOf(go, 'go');
      const used = await getAndCall(rehearsal, [], await pathWithGo(rehearsal.env, lowestGo));
      for (const lowest of [...runtimes.map((name) => `${name} v${lowestOf(go, name)}`), `go${lowestGo}`]) {
        if (!used.includes(lowest)) throw new Error(`${used.join(', ')} is not ${lowest}`);
      }
      return used.join(', ');
    },
  },
  {
    name: 'Go: below the lowest Go',
    async show(rehearsal) {
      const [major, minor = '0'] = lowestOf(rehearsal.release.record.minimumRuntimes.go, 'go').split('.');
      const env = await pathWithGo(rehearsal.env, `${major}.${Number(minor) - 1}.0`);
      const project = await newProject(rehearsal, undefined, env);
      return await refusal(goGet(project, rehearsal.release), new RegExp(`${ours}@\\S+ requires go >= [^)]+\\)`));
    },
  },
  {
    name: 'Go: the highest grpc and protobuf',
    show: async (rehearsal) =>
      (
        await getAndCall(
          rehearsal,
          runtimes.map((name) => `${name}@latest`),
        )
      ).join(', '),
  },
  ...runtimes.map((name) => ({
    name: `Go: below the lowest ${name}`,
    async show(rehearsal: Rehearsal) {
      const [major = 0, minor = 0, patch = 0] = lowestOf(rehearsal.release.record.minimumRuntimes.go, name)
        .split('.')
        .map(Number);
      const below = patch > 0 ? `v${major}.${minor}.${patch - 1}` : `v${major}.${minor - 1}.0`;
      const project = await newProject(rehearsal);
      const get = goGet(project, rehearsal.release, [`${name}@${below}`]);
      return await refusal(get, new RegExp(`${ours}@\\S+ requires \\S+, not \\S+`));
    },
  })),
];

async function getAndCall(
  rehearsal: Rehearsal,
  others: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string[]> {
  const project: Project = await newProject(rehearsal, 'go', env);
  await goGet(project, rehearsal.release, others);
  await project.run('go', 'mod', 'tidy');
  await project.run('go', 'build', '-o', 'consumer', '.');
  expectCalls(rehearsal, await project.run('./consumer', ...addressesOf(rehearsal)));
  const versions = await project.run('go', 'list', '-m', ...runtimes);
  return [...versions.trim().split('\n'), (await project.run('go', 'env', 'GOVERSION')).trim()];
}
