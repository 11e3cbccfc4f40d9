import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonVersion } from '@example/check';
import { names } from '@example/kit/names';
import { pythonTools } from '@example/release';
import { pythonInstall } from '../projects/python-project.ts';
import { type Check, NotHereError, newProject, type Rehearsal } from '../rehearsal.ts';
import { addressesOf } from '../services.ts';
import { expectCalls } from './consumer-output.ts';
import { interpreters } from './interpreters.ts';
import { lowestOf, refusal } from './lowest.ts';

const runtimes = ['grpcio', 'protobuf'];

export const pythonFloors: readonly Check[] = [
  {
    name: 'Python: the lowest grpcio and protobuf, the lowest Python',
    async show(rehearsal) {
      const { python } = rehearsal.release.record.minimumRuntimes;
      const lowest = lowestOf(python, 'python');
      const interpreter = (await interpreters(rehearsal.env)).find(({ version }) => version.startsWith(`${lowest}.`));
      if (!interpreter) throw new NotHereError(`there is no Python ${lowest} here`);
      const others = runtimes.map((name) => `${name}==${lowestOf(python, name)}`);
      return await installAndCall(rehearsal, interpreter.path, others);
    },
  },
  {
    name: 'Python: the highest grpcio and protobuf, each Python on this machine',
    async show(rehearsal) {
      const lowest = Number(lowestOf(rehearsal.release.record.minimumRuntimes.python, 'python').split('.')[1]);
      const here = (await interpreters(rehearsal.env)).filter(({ version }) => Number(version.split('.')[1]) >= lowest);
      const used: string[] = [];
      for (const { path } of here) used.push(await installAndCall(rehearsal, path, []));
      return used.join('; ');
    },
  },
  ...runtimes.map((name) => ({
    name: `Python: below the lowest ${name}`,
    async show(rehearsal: Rehearsal) {
      const lowest = lowestOf(rehearsal.release.record.minimumRuntimes.python, name);
      const attempt = newProject(rehearsal).then((project) =>
        pythonInstall(project, rehearsal.release, { others: [`${name}<${lowest}`] }),
      );
      return await refusal(attempt, /No solution found when resolving dependencies.*unsatisfiable\./);
    },
  })),
  ...runtimes.map((name) => ({
    name: `Python: the error of the code below the lowest ${name}`,
    async show(rehearsal: Rehearsal) {
      const lowest = lowestOf(rehearsal.release.record.minimumRuntimes.python, name);
      const project = await newProject(rehearsal, 'python');
      const python = await pythonInstall(project, rehearsal.release);
      const uv = pythonTools().program('uv');
      await project.run(uv, 'pip', 'install', '--quiet', '--python', python, '--no-deps', `${name}<${lowest}`);
      const pattern = /(VersionError: Detected incompatible Protobuf|RuntimeError: The grpc package installed).*/;
      return (await refusal(project.run(python, 'consumer.py', ...addressesOf(rehearsal)), pattern)).slice(0, 160);
    },
  })),
  {
    name: 'Python: below the lowest Python',
    async show(rehearsal) {
      const [major, minor = '0'] = lowestOf(rehearsal.release.record.minimumRuntimes.python, 'python').split('.');
      const project = await newProject(rehearsal);
      const requirement = `${names.pythonPackage}==${pythonVersion(rehearsal.release.record.version)}`;
      await writeFile(join(project.folder, 'requirements.in'), requirement);
      const args = ['pip', 'compile', '--python-version', `${major}.${Number(minor) - 1}`, 'requirements.in'];
      return await refusal(
        project.run(pythonTools().program('uv'), ...args),
        new RegExp(`${RegExp.escape(names.pythonPackage)}==\\S+ requires Python >=[\\d.]+`),
      );
    },
  },
];

async function installAndCall(rehearsal: Rehearsal, interpreter: string, others: readonly string[]): Promise<string> {
  const project = await newProject(rehearsal, 'python');
  const python = await pythonInstall(project, rehearsal.release, { python: interpreter, others });
  expectCalls(rehearsal, await project.run(python, 'consumer.py', ...addressesOf(rehearsal)));
  const versions = ['platform.python_version()', 'grpc.__version__', 'google.protobuf.__version__'];
  const code = `import google.protobuf, grpc, platform; print(${versions.join(', ')})`;
  const [version, grpcio, protobuf] = (await project.run(python, '-c', code)).trim().split(' ');
  return `${version} with grpcio ${grpcio}, protobuf ${protobuf}`;
}
