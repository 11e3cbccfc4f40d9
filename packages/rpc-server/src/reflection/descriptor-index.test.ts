import { create, createFileRegistry } from '@bufbuild/protobuf';
import {
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { expect, it } from 'vitest';
import { DescriptorIndex } from './descriptor-index.ts';

it('an extension is found by its extendee and number, and by its own name', () => {
  const extension = (name: string, number: number) => ({
    name,
    number,
    extendee: '.test.Base',
    type: Type.STRING,
    label: Label.OPTIONAL,
  });
  const registry = createFileRegistry(
    create(FileDescriptorSetSchema, {
      file: [
        {
          name: 'test.proto',
          package: 'test',
          syntax: 'proto2',
          messageType: [
            { name: 'Base', extensionRange: [{ start: 100, end: 200 }] },
            { name: 'Scope', extension: [extension('nested', 101)] },
          ],
          extension: [extension('top', 100)],
          service: [{ name: 'Service' }],
        },
      ],
    }),
  );
  const service = registry.getService('test.Service');
  if (service === undefined) throw new Error('the registry has no service');
  const index = new DescriptorIndex([service.file]);
  expect(index.extensionNumbers('test.Base')?.sort()).toEqual([100, 101]);
  expect(index.extensionNumbers('test.Scope')).toEqual([]);
  expect(index.fileOfExtension('test.Base', 101)).toBe(service.file);
  expect(index.fileOfExtension('test.Base', 102)).toBeUndefined();
  for (const name of ['test.top', 'test.Scope.nested']) expect(index.fileOfSymbol(name)).toBe(service.file);
});
