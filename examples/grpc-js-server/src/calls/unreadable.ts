import type { ServiceDefinition } from '@grpc/grpc-js';

/** Replaces a request that could not be decoded. */
export class Unreadable {}

/**
 * Returns the service with deserializers that do not throw. If they throw, grpc-js responds with INTERNAL before
 * interceptors can change the status, although the client caused the error.
 */
export function tolerant(service: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => {
      const requestDeserialize = (bytes: Buffer) => {
        try {
          return method.requestDeserialize(bytes);
        } catch {
          return new Unreadable();
        }
      };
      return [name, { ...method, requestDeserialize }];
    }),
  );
}
