import { clearField, create, fromBinary, fromJsonString, toBinary, toJsonString } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileOptionsSchema,
  ServiceDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { sortLines } from './sort-lines.ts';

/**
 * Replaces names in code that was generated for Go or Python, and in the descriptors that it contains as strings of
 * bytes. The result is the same as that of the generators.
 *
 * @param hasGo whether protos have the option go_package
 */
export function replaceInGenerated(
  path: string,
  text: string,
  replace: (text: string) => string,
  hasGo = true,
): string {
  const literals = path.endsWith('.pb.go')
    ? /(?<=_rawDesc = "" \+\n)((?:\t".*\n)+)/
    : /(?<=AddSerializedFile\(b')(.*)(?='\)\n)/;
  const [start = '', literal, end = ''] = text.split(literals);
  if (literal === undefined) return afterwards(path, replace(path), replace(text));
  if (path.endsWith('.pb.go')) {
    const { after } = renamed(bytesOf([...literal.matchAll(/^\t"(.*)"/gm)].map(([, line]) => line).join('')), replace);
    const lines = after.bytes.toString('latin1').split(/(?<=\n)/);
    const quoted = lines.map((line) => `\t"${literalOf(Buffer.from(line, 'latin1'), 'go')}"`);
    return `${replace(start)}${quoted.join(' +\n')}\n${replace(end)}`;
  }
  const { before, after } = renamed(bytesOf(literal), replace, hasGo);
  const newPlaces = placesIn(after);
  const places = new Map(placesIn(before).map((place, i) => [place, newPlaces[i]]));
  const options = toBinary(FileOptionsSchema, after.file.options ?? create(FileOptionsSchema));
  const ofFile = /_globals\['DESCRIPTOR'\]\._loaded_options = None\n.*\n/;
  const code = replace(after.file.options ? end : end.replace(ofFile, 'DESCRIPTOR._loaded_options = None\n'))
    .replace(/(?<=\['DESCRIPTOR'\]\._serialized_options = b').*(?='\n)/, () => literalOf(options, 'python options'))
    .replace(/(?<=\._serialized_(?:start|end)=)\d+/g, (place) => `${places.get(Number(place))}`);
  return replace(start) + literalOf(after.bytes, 'python') + code;
}

/** Adapts code without descriptors to its new path. */
function afterwards(path: string, newPath: string, code: string): string {
  if (path.endsWith('_grpc.pyi')) return sortImports(code, newPath.split('/')[2] as string);
  const isBetterproto = /\/example_betterproto\/gen\/.*\/v\d+\/__init__\.py$/.test(path);
  return isBetterproto ? deepened(code, newPath.split('/').length - path.split('/').length) : code;
}

/** Sorts imports as mypy-protobuf does: by the names of the protos, without the package around them. */
function sortImports(code: string, pythonModule: string): string {
  const keyOf = (line: string) => line.replace(`from ${pythonModule}.`, 'from ');
  return code.replace(/^(?:(?:from|import) .*\n)+/m, (lines) => sortLines(lines, keyOf));
}

/** Adapts the relative imports of betterproto's code to a deeper folder, and breaks lines as ruff does. */
function deepened(code: string, levels: number): string {
  return code
    .replace(/^from \.\.\.(?=\w)/gm, `from ...${'.'.repeat(levels)}`)
    .replaceAll('__google__protobuf__', `${'_'.repeat(levels)}__google__protobuf__`)
    .replace(/^(default_message_pool\.register_message\()(.{50,})\)$/gm, '$1\n    $2\n)');
}

interface Descriptor {
  readonly file: FileDescriptorProto;
  readonly bytes: Buffer;
}

function renamed(
  bytes: Buffer,
  replace: (text: string) => string,
  hasGo = true,
): { before: Descriptor; after: Descriptor } {
  const before = fromBinary(FileDescriptorProtoSchema, bytes);
  const after = fromJsonString(FileDescriptorProtoSchema, replace(toJsonString(FileDescriptorProtoSchema, before)));
  if (!hasGo && after.options) clearField(after.options, FileOptionsSchema.field.goPackage);
  if (after.options && toBinary(FileOptionsSchema, after.options).length === 0) delete after.options;
  return {
    before: { file: before, bytes },
    after: { file: after, bytes: Buffer.from(toBinary(FileDescriptorProtoSchema, after)) },
  };
}

/** The start and the end of each message, enum and service in the bytes of its file. */
function placesIn({ file, bytes }: Descriptor): number[] {
  const messages = (of: readonly DescriptorProto[]): Uint8Array[] =>
    of.flatMap((message) => [
      toBinary(DescriptorProtoSchema, message),
      ...message.enumType.map((one) => toBinary(EnumDescriptorProtoSchema, one)),
      ...messages(message.nestedType),
    ]);
  const all = [
    ...messages(file.messageType),
    ...file.enumType.map((one) => toBinary(EnumDescriptorProtoSchema, one)),
    ...file.service.map((one) => toBinary(ServiceDescriptorProtoSchema, one)),
  ];
  return all.flatMap((one) => [bytes.indexOf(one), bytes.indexOf(one) + one.length]);
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};

/** The bytes of a literal of Go or Python. */
function bytesOf(literal: string): Buffer {
  const parts = literal.match(/\\x..|\\[0-7]{3}|\\.|[^\\]/g) ?? [];
  return Buffer.from(
    parts.map((part) => {
      if (!part.startsWith('\\')) return part.charCodeAt(0);
      if (part.startsWith('\\x')) return Number.parseInt(part.slice(2), 16);
      if (/^\\\d/.test(part)) return Number.parseInt(part.slice(1), 8);
      return (escapes[part[1] as string] ?? (part[1] as string)).charCodeAt(0);
    }),
  );
}

/** Bytes as the generators write them: by strconv.Quote in Go, by CHexEscape and CEscape of Abseil in Python code. */
function literalOf(bytes: Uint8Array, form: 'go' | 'python' | 'python options'): string {
  const named = form === 'go' ? 'abtnvfr' : 'tnr';
  const quoted = form === 'go' ? '"\\' : '"\'\\';
  let isAfterHex = false;
  return Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    const name = quoted.includes(char) ? char : [...named].find((key) => escapes[key] === char);
    // In Python, a digit after a hexadecimal escape would belong to it.
    const isPlain = byte >= 0x20 && byte < 0x7f && !(isAfterHex && /[0-9a-f]/i.test(char));
    isAfterHex = form === 'python' && name === undefined && !isPlain;
    if (name !== undefined) return `\\${name}`;
    if (isPlain) return char;
    return form === 'python options'
      ? `\\${byte.toString(8).padStart(3, '0')}`
      : `\\x${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}
