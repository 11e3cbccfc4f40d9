import {
  Server,
  type ServerCredentials,
  type ServerInterceptor,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';

/** The maximum size of a request message, in bytes. */
const maxMessageBytes = 4 * 1024 * 1024;

/** A service and its implementation. */
interface Served {
  /** The full name of the service, such as `user.v1.UserService`. */
  readonly name: string;
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
}

export interface ListenOptions {
  /** HOST:PORT; port 0 takes any free port. */
  readonly address: string;
  readonly services: readonly Served[];
  /** The descriptors for reflection. */
  readonly described: PackageDefinition;
  /** Interceptors receive a call in this order, and its status in reverse order. */
  readonly interceptors: ServerInterceptor[];
  readonly credentials: ServerCredentials;
}

/** A listening server. */
export interface Listener {
  /** HOST:PORT, with the actual port. */
  readonly address: string;
  /**
   * Graceful shutdown: reports NOT_SERVING, accepts no new calls, and cancels open calls after `graceMs` milliseconds.
   */
  stop(graceMs: number): Promise<void>;
}

/** Serves on one port, with health and reflection. @throws if it cannot listen */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { address, services, described, interceptors, credentials } = options;
  const server = new Server({ interceptors, 'grpc.max_receive_message_length': maxMessageBytes });
  const names = ['', ...services.map(({ name }) => name)];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'SERVING'] as const)));
  for (const { definition, handlers } of services) server.addService(definition, handlers);
  health.addToServer(server);
  new ReflectionService(described).addToServer(server);

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => (error === null ? resolve(port) : reject(error)));
  });
  return {
    address: address.replace(/:\d+$/, `:${port}`),
    async stop(graceMs) {
      for (const name of names) health.setStatus(name, 'NOT_SERVING');
      // grpc-js does not call back after forceShutdown, nor if a connection was already closing.
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, graceMs);
        server.tryShutdown(() => {
          clearTimeout(limit);
          resolve();
        });
      });
      server.forceShutdown();
    },
  };
}
