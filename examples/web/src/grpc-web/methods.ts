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

/** The class of messages, which the client requires and does not use: messages of protobuf-es have none. */
const noClass = Object as unknown as new () => Message;

/** What the generator of grpc-web makes for each method, made from the descriptor of protobuf-es. */
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
