import {
  type DescMessage,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type Message,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { MethodDescriptor } from 'grpc-web';

/**
 * A placeholder for the message class that the client requires but does not use. Messages of protobuf-es have no class.
 */
const noClass = Object as unknown as new () => Message;

/** Creates from a descriptor of protobuf-es the method description that grpc-web's generator would produce. */
export function describeMethod<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O> | DescMethodServerStreaming<I, O>,
  baseUrl: string,
): MethodDescriptor<MessageShape<I>, MessageShape<O>> {
  return new MethodDescriptor(
    `${baseUrl}/${method.parent.typeName}/${method.name}`,
    method.methodKind,
    noClass as never,
    noClass as never,
    (message: MessageShape<I>) => toBinary(method.input, message),
    (bytes: Uint8Array) => fromBinary(method.output, bytes),
  );
}
