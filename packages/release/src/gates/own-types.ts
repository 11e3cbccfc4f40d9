import type { DescEnum, DescMessage, DescMethod, DescService, FileRegistry } from '@bufbuild/protobuf';

export type OwnType = DescMessage | DescEnum | DescService;

/** The types of an API, without those that it imports from `google.*`. */
export function ownTypes(registry: FileRegistry): OwnType[] {
  return [...registry]
    .filter((type) => type.kind !== 'extension')
    .filter(({ typeName }) => !typeName.startsWith('google.'));
}

export function takesStream({ methodKind }: DescMethod): boolean {
  return methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
}

export function givesStream({ methodKind }: DescMethod): boolean {
  return methodKind === 'server_streaming' || methodKind === 'bidi_streaming';
}
