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

/** The largest request, in bytes. */
const maxMessageBytes = 4 * 1024 * 1024;

/** A service and what it does. */
interface Served {
  /** Its full name, such as `user.v1.UserService`. */
  readonly name: string;
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
}

export interface ListenOptions {
  /** HOST:PORT; port 0 takes any free one. */
  readonly address: string;
  readonly services: readonly Served[];
  /** What reflection tells. */
  readonly described: PackageDefinition;
  /** The first sees a call first, and its status last. */
  readonly interceptors: ServerInterceptor[];
  readonly credentials: ServerCredentials;
}

/** A server that listens. */
export interface Listener {
  /** HOST:PORT, with the port that was taken. */
  readonly address: string;
  /**
   * Says NOT_SERVING, takes no new calls, lets those under way end, and breaks off what is left after `graceMs` milliseconds.
   */
  stop(graceMs: number): Promise<void>;
}

/** Serves on one port, with health and reflection. @throws when it cannot listen */
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
      // The callback may never come: not after forceShutdown, nor when a connection was closing already.
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
