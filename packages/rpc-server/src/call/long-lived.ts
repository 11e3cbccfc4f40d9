import type { DescMethod } from '@bufbuild/protobuf';

const watch = 'grpc.health.v1.Health.Watch';

const reflection = new Set(['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection']);

/** Whether a call may last as long as both sides want: it has no default deadline. */
export function isLongLived({ methodKind, parent, name }: DescMethod): boolean {
  const hasRequestStream = methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
  return hasRequestStream || `${parent.typeName}.${name}` === watch;
}

/** Whether a client may pause between two messages as long as it wants, such as a person who explores by reflection. */
export function mayPause({ parent }: DescMethod): boolean {
  return reflection.has(parent.typeName);
}
