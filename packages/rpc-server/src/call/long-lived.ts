import type { DescMethod } from '@bufbuild/protobuf';

const watch = 'grpc.health.v1.Health.Watch';

/** Whether a call may last as long as both sides want: it has no default deadline. */
export function isLongLived({ methodKind, parent, name }: DescMethod): boolean {
  const hasRequestStream = methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
  return hasRequestStream || `${parent.typeName}.${name}` === watch;
}
