import type { DescEnum, DescFile, DescMessage } from '@bufbuild/protobuf';

/** All messages in files, including nested ones, without the entries of maps. */
export function messagesIn(files: readonly DescFile[]): DescMessage[] {
  const within = (message: DescMessage): DescMessage[] => [message, ...message.nestedMessages.flatMap(within)];
  return files.flatMap(({ messages }) => messages.flatMap(within));
}

/** All enums in files, including nested ones. */
export function enumsIn(files: readonly DescFile[]): DescEnum[] {
  return [...files.flatMap(({ enums }) => enums), ...messagesIn(files).flatMap(({ nestedEnums }) => nestedEnums)];
}

/** The names of the messages that are requests of methods. */
export function requestTypes(files: readonly DescFile[]): ReadonlySet<string> {
  return new Set(
    files.flatMap(({ services }) => services.flatMap(({ methods }) => methods.map(({ input }) => input.typeName))),
  );
}
