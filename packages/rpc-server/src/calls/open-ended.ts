import type { DescMethod } from '@bufbuild/protobuf';

const watch = 'grpc.health.v1.Health.Watch';

/** The full names of services whose clients may be silent for as long as they want. */
export const openEndedServices: ReadonlySet<string> = new Set([
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
]);

/** Whether a call may last for as long as both sides want. */
export function isOpenEnded(method: DescMethod): boolean {
  return !hasOneRequest(method) || `${method.parent.typeName}.${method.name}` === watch;
}

export function hasOneRequest({ methodKind }: DescMethod): boolean {
  return methodKind === 'unary' || methodKind === 'server_streaming';
}
