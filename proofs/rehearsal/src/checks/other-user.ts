import { goGet } from '../projects/go-project.ts';
import { npmInstall } from '../projects/npm-project.ts';
import { pinned } from '../projects/pinned.ts';
import { pythonInstall } from '../projects/python-project.ts';
import { type Check, expectEqual, newProject } from '../rehearsal.ts';
import { refusal } from './lowest.ts';
import { goPlugin, protoc } from './protoc.ts';

const file = 'user/v1/user.proto';
const both = 'Aoife Zoe';

/** A program that also uses another company's `user/v1/user.proto`, which has a message with the same name as ours. */
export const otherUserChecks: readonly Check[] = [
  {
    name: "beside another company's user/v1/user.proto: TypeScript, in one program",
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'other-user');
      await npmInstall(project, rehearsal.release, [pinned('@bufbuild/protobuf')]);
      await protoc(project, ['proto'], '--es_out=.', '--es_opt=target=js', file);
      expectEqual(await project.run('node', 'main.mjs'), both, 'the output of the program');
      return undefined;
    },
  },
  {
    name: "beside another company's user/v1/user.proto: Go, with conflicts ignored",
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'other-user');
      await goGet(project, rehearsal.release);
      await protoc(project, ['proto'], ...(await goPlugin(project)), file);
      await project.run('go', 'mod', 'tidy');
      await project.run('go', 'build', '-o', 'program', '.');
      await refusal(project.run('./program'), /file "user\/v1\/user\.proto" is already registered/);
      const ignoring = 'GOLANG_PROTOBUF_REGISTRATION_CONFLICT=ignore';
      expectEqual(await project.run('env', ignoring, './program'), both, 'the output of the program');
      return undefined;
    },
  },
  {
    name: "beside another company's user/v1/user.proto: Python, in two processes",
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'other-user');
      const python = await pythonInstall(project, rehearsal.release);
      await protoc(project, ['proto'], '--python_out=.', file);
      await refusal(project.run(python, 'main.py'), /duplicate file name user\/v1\/user\.proto/);
      expectEqual(await project.run(python, 'main.py', 'apart'), both, 'the output of the program');
      return undefined;
    },
  },
];
