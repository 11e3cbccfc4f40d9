import { type DescExtension, type DescFile, type DescMessage, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/** An index of the descriptors in files and in all files that they import. */
export class DescriptorIndex {
  readonly #files = new Map<string, DescFile>();
  readonly #symbols = new Map<string, DescFile>();
  readonly #extensions = new Map<string, Map<number, DescFile>>();
  readonly #messages = new Set<string>();

  constructor(files: Iterable<DescFile>) {
    for (const file of files) this.#addFile(file);
  }

  /** @param name as in imports: `user/v1/user.proto` */
  file(name: string): DescFile | undefined {
    return this.#files.get(name);
  }

  /**
   * The file that defines a service, method, message, field, oneof, enum, enum value or extension, by its full name.
   */
  fileOfSymbol(name: string): DescFile | undefined {
    return this.#symbols.get(name);
  }

  fileOfExtension(extendee: string, number: number): DescFile | undefined {
    return this.#extensions.get(extendee)?.get(number);
  }

  /** The numbers of the extensions of a message; undefined for an unknown message. */
  extensionNumbers(extendee: string): number[] | undefined {
    const numbers = this.#extensions.get(extendee);
    if (numbers !== undefined) return [...numbers.keys()];
    return this.#messages.has(extendee) ? [] : undefined;
  }

  #addFile(file: DescFile): void {
    if (this.#files.has(file.proto.name)) return;
    this.#files.set(file.proto.name, file);
    for (const dependency of file.dependencies) this.#addFile(dependency);
    for (const message of file.messages) this.#addMessage(message, file);
    for (const { typeName, values } of file.enums) this.#addEnum(typeName, values, file);
    for (const extension of file.extensions) this.#addExtension(extension, file);
    for (const { typeName, methods } of file.services) {
      this.#symbols.set(typeName, file);
      for (const { name } of methods) this.#symbols.set(`${typeName}.${name}`, file);
    }
  }

  #addMessage(message: DescMessage, file: DescFile): void {
    const { typeName } = message;
    this.#messages.add(typeName);
    this.#symbols.set(typeName, file);
    for (const { name } of [...message.fields, ...message.oneofs]) this.#symbols.set(`${typeName}.${name}`, file);
    for (const nested of message.nestedMessages) this.#addMessage(nested, file);
    for (const nested of message.nestedEnums) this.#addEnum(nested.typeName, nested.values, file);
    for (const extension of message.nestedExtensions) this.#addExtension(extension, file);
  }

  #addEnum(typeName: string, values: readonly { readonly name: string }[], file: DescFile): void {
    this.#symbols.set(typeName, file);
    // The values of an enum are its siblings, not its children.
    const scope = typeName.slice(0, typeName.lastIndexOf('.') + 1);
    for (const { name } of values) this.#symbols.set(`${scope}${name}`, file);
  }

  #addExtension({ typeName, extendee, number }: DescExtension, file: DescFile): void {
    this.#symbols.set(typeName, file);
    const numbers = this.#extensions.get(extendee.typeName) ?? new Map<number, DescFile>();
    this.#extensions.set(extendee.typeName, numbers.set(number, file));
  }
}

/**
 * Serializes a file and all files that it imports as `google.protobuf.FileDescriptorProto`.
 *
 * @param sent names of files that the client already has. These are left out, except the file itself; the returned
 *   files are added
 */
export function withDependencies(file: DescFile, sent: Set<string>): Uint8Array[] {
  sent.add(file.proto.name);
  const dependencies = file.dependencies.filter(({ proto }) => !sent.has(proto.name));
  return [
    toBinary(FileDescriptorProtoSchema, file.proto),
    ...dependencies.flatMap((dependency) =>
      sent.has(dependency.proto.name) ? [] : withDependencies(dependency, sent),
    ),
  ];
}
