import type { ServiceDefinition } from '@grpc/grpc-js';

/** Stands in the place of a request that could not be decoded. */
export class Unreadable {}

/**
 * The service with deserializers that do not throw: grpc-js would answer what they throw with INTERNAL, out of reach of the
 * interceptors, although it is the client's fault.
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
