import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Type, type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { buildDescriptors } from '@example/check';
import { root } from '@example/kit/root';
import { beforeAll, expect, it } from 'vitest';
import { expectedOutcomes, type Outcome } from './expected.ts';
import { compare } from './play-skew.ts';

const peer = (name: string, descriptors: Uint8Array) => ({ name, descriptors, folder: '', command: ['none'] as const });

let newer: Uint8Array;
let lacking: string;
/** The descriptors without the last method of a service. */
let older: Uint8Array;

function edited(edit: (set: FileDescriptorSet) => void): Uint8Array {
  const set = fromBinary(FileDescriptorSetSchema, newer);
  edit(set);
  return toBinary(FileDescriptorSetSchema, set);
}

beforeAll(() => {
  newer = buildDescriptors(root);
  older = edited((set) => {
    lacking = set.file.flatMap(({ service }) => service)[0]?.method.pop()?.name ?? expect.fail('there is no service');
  });
});

it('a missing call, a lost field and an unexpected method are differences', () => {
  const differences = (results: readonly Outcome[]) =>
    compare(peer('client', newer), peer('server', older), results).differences;
  const expected = expectedOutcomes(newer, older);
  expect(differences(expected)).toEqual([]);
  // Three faults: a server that drops a field, a server that has an unexpected method, and a client that makes no call.
  const [one, ...others] = expected;
  expect(differences([{ ...(one as Outcome), responses: [{ id: '1' }] }, ...others])).toHaveLength(1);
  expect(differences(expectedOutcomes(newer, newer)).join()).toContain(lacking);
  expect(differences(others)).toHaveLength(2);
});

it('a field whose type has changed is an error', () => {
  const { INT32, STRING } = FieldDescriptorProto_Type;
  let name = '';
  const changed = edited((set) => {
    const messages = set.file.filter(({ service }) => service.length > 0).flatMap(({ messageType }) => messageType);
    const field = messages.flatMap((message) => message.field).find(({ type }) => type === INT32);
    if (field === undefined) return;
    name = field.name;
    field.type = STRING;
  });
  expect(() => expectedOutcomes(newer, changed)).toThrow(name || 'a field');
});
