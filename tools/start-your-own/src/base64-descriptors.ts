import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/**
 * Replaces the path of the Go module in the descriptors of TypeScript code, which are base64 without padding. The
 * result is the same as that of protoc-gen-es.
 */
export function replaceInBase64Descriptors(text: string, from: string, to: string): string {
  return text.replace(/(?<=\bfileDesc\(")[\w+/]+(?=")/g, (literal) => {
    const descriptor = fromBinary(FileDescriptorProtoSchema, Buffer.from(literal, 'base64'));
    const { options } = descriptor;
    if (!options?.goPackage.startsWith(`${from}/`)) return literal;
    options.goPackage = to + options.goPackage.slice(from.length);
    return Buffer.from(toBinary(FileDescriptorProtoSchema, descriptor)).toString('base64').replaceAll('=', '');
  });
}
