import type { DescMethod } from '@bufbuild/protobuf';

const watch = 'grpc.health.v1.Health.Watch';

/** Whether a call has no default deadline, because both sides may keep it open. */
export function isLongLived({ methodKind, parent, name }: DescMethod): boolean {
  const hasRequestStream = methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
  return hasRequestStream || `${parent.typeName}.${name}` === watch;
}
