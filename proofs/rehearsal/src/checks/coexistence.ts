import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { npmInstall } from '../projects/npm-project.ts';
import { pinned } from '../projects/pinned.ts';
import { pythonInstall } from '../projects/python-project.ts';
import { type Check, expectEqual, newProject } from '../rehearsal.ts';

/**
 * The package in one program with third-party packages. Every consumer also uses user.v1 and user.v2 in one program.
 */
export const coexistenceChecks: readonly Check[] = [
  {
    name: 'Python: beside googleapis-common-protos and opentelemetry-proto, in either order',
    async show(rehearsal) {
      const project = await newProject(rehearsal);
      const others = ['googleapis-common-protos', 'opentelemetry-proto'];
      const python = await pythonInstall(project, rehearsal.release, { others });
      const modules = [
        `${names.pythonModule}.user.v1.user_pb2_grpc`,
        `${names.pythonModule}.user.v2.user_pb2_grpc`,
        `${names.pythonModule}.order.v1.order_pb2_grpc`,
        'google.rpc.error_details_pb2',
        'opentelemetry.proto.trace.v1.trace_pb2',
      ];
      const code = 'import importlib, sys; print(len([importlib.import_module(name) for name in sys.argv[1:]]))';
      for (const order of [modules, modules.toReversed()]) {
        expectEqual(await project.run(python, '-c', code, ...order), `${modules.length}`, 'the number of modules');
      }
      return undefined;
    },
  },
  {
    name: 'npm: two copies of @bufbuild/protobuf, and the package as ESM and as CommonJS, in one program',
    async show(rehearsal) {
      const project = await newProject(rehearsal);
      const others = [pinned('@bufbuild/protobuf'), 'another-protobuf@npm:@bufbuild/protobuf@2.5.0'];
      await npmInstall(project, rehearsal.release, others);
      await writeFile(join(project.folder, 'copies.mjs'), twoCopies);
      expectEqual(await project.run('node', 'copies.mjs'), 'as one', 'the output of the program');
      return undefined;
    },
  },
];

const twoCopies = `
import { deepStrictEqual } from 'node:assert';
import { createRequire } from 'node:module';
import * as ours from '@bufbuild/protobuf';
import * as other from 'another-protobuf';
import * as esm from '${names.npmPackage}/user/v2';
const cjs = createRequire(import.meta.url)('${names.npmPackage}/user/v2');

const nested = { address: { city: 'Cork' }, createTime: { seconds: 1n } };
const init = { id: 'usr-1', name: 'Aoife', age: 40, roles: ['a'], ...nested };
const jsons = [];
for (const { UserSchema } of [esm, cjs]) {
  for (const writer of [ours, other]) {
    for (const reader of [ours, other]) {
      const message = reader.fromBinary(UserSchema, writer.toBinary(UserSchema, writer.create(UserSchema, init)));
      jsons.push(reader.toJson(UserSchema, message), writer.toJson(UserSchema, writer.clone(UserSchema, message)));
    }
  }
}
for (const json of jsons) deepStrictEqual(json, jsons[0]);
console.log(esm.UserSchema !== cjs.UserSchema && ours.create !== other.create ? 'as one' : 'there is but one');
`;
