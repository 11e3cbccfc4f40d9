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

export interface ListenOptions {
  /** HOST:PORT; port 0 takes any free one. */
  readonly address: string;
  /** The full name of the service, such as `user.v1.UserService`. */
  readonly name: string;
  readonly service: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
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

/** Serves one service with health and reflection. @throws when it cannot listen */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { address, name, service, handlers, described, interceptors, credentials } = options;
  const server = new Server({ interceptors, 'grpc.max_receive_message_length': maxMessageBytes });
  const health = new HealthImplementation({ '': 'SERVING', [name]: 'SERVING' });
  server.addService(service, handlers);
  health.addToServer(server);
  new ReflectionService(described).addToServer(server);

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => (error === null ? resolve(port) : reject(error)));
  });
  return {
    address: address.replace(/:\d+$/, `:${port}`),
    async stop(graceMs) {
      for (const each of ['', name]) health.setStatus(each, 'NOT_SERVING');
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
