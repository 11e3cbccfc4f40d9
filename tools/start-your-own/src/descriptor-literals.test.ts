import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import { expect, it } from 'vitest';
import { replaceInDescriptors } from './descriptor-literals.ts';

/** The bytes of the descriptor in the code that a generator made. */
function descriptorIn(code: string, language: 'go' | 'python'): Uint8Array {
  const [, go] = /_rawDesc = "" \+\n((?:\t".*" ?\+?\n)+)/.exec(code) ?? [];
  const [, python] = /AddSerializedFile\(b'(.*)'\)/.exec(code) ?? [];
  const literal = language === 'go' ? (go ?? '').replace(/^\t"|" ?\+?$/gm, '').replaceAll('\n', '') : (python ?? '');
  const bytes = literal.match(/\\x..|\\[0-7]{3}|\\.|[^\\]/gu) ?? [];
  const named: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' };
  return Buffer.concat(
    bytes.map((text) => {
      if (/^\\x/.test(text)) return Buffer.from(text.slice(2), 'hex');
      if (/^\\\d/.test(text)) return Buffer.from([Number.parseInt(text.slice(1), 8)]);
      return Buffer.from(text[0] === '\\' ? (named[text[1] as string] ?? (text[1] as string)) : text);
    }),
  );
}

const python = `gen/python/${names.pythonModule}/user/v1/user_pb2.py`;
const paths = ['a.b/c', 'git.acme.com/a', 'github.com/acme-4/protos', `acme.com/${'long/'.repeat(30)}protos`];

it.each(paths.flatMap((path) => [['go', path] as const, ['python', path] as const]))(
  'the descriptor in code of %s has the path %s, and all else as before',
  (language, path) => {
    const file = language === 'go' ? 'gen/go/user/v1/user.pb.go' : python;
    const code = readFileSync(join(root, file), 'utf8');
    const before = fromBinary(FileDescriptorProtoSchema, descriptorIn(code, language));
    const replaced = replaceInDescriptors(code, names.goModule, path, language === 'go' ? '"' : "'");
    const after = fromBinary(FileDescriptorProtoSchema, descriptorIn(replaced, language));
    expect(after.options?.goPackage).toBe(before.options?.goPackage.replace(names.goModule, path));
    if (before.options && after.options) before.options.goPackage = after.options.goPackage;
    expect(toBinary(FileDescriptorProtoSchema, after)).toEqual(toBinary(FileDescriptorProtoSchema, before));
  },
);
