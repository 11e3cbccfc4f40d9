import type { DescMessage, DescService } from '@bufbuild/protobuf';
import { elementLimit, messageReader } from '@example/message-codec';
import { type ServiceDefinition, status } from '@grpc/grpc-js';

/**
 * The maximum number of fields and list items in a request. An empty item takes 2 bytes encoded, and hundreds decoded.
 */
const maxElements = 20_000;

/** Replaces a request that could not be decoded. */
export class Unreadable {
  readonly code: status;
  readonly details: string;

  constructor(code: status, details: string) {
    this.code = code;
    this.details = details;
  }
}

/**
 * Returns the service with deserializers that do not throw. If they throw, grpc-js responds with INTERNAL before
 * interceptors can change the status, although the client caused the error.
 */
export function tolerant(service: ServiceDefinition, { methods }: DescService): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => {
      const check = checkOf(methods.find((desc) => desc.name === name)?.input as DescMessage);
      const requestDeserialize = (bytes: Buffer) => {
        try {
          return check(bytes) ?? method.requestDeserialize(bytes);
        } catch {
          return new Unreadable(status.INVALID_ARGUMENT, 'the message cannot be decoded');
        }
      };
      return [name, { ...method, requestDeserialize }];
    }),
  );
}

/** proto-loader does not limit elements, and replaces invalid UTF-8 by U+FFFD. */
function checkOf(request: DescMessage): (bytes: Buffer) => Unreadable | undefined {
  const hasMoreElements = elementLimit(request);
  const read = messageReader(request);
  return (bytes) => {
    if (bytes.length > maxElements && hasMoreElements(bytes, maxElements)) {
      return new Unreadable(status.RESOURCE_EXHAUSTED, `the message has more than ${maxElements} elements`);
    }
    read(bytes);
    return undefined;
  };
}
