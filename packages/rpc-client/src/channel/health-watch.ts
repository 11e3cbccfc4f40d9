import type { Clock } from '@example/rpc-core';
import type { CallConnection } from '../connection/call-connection.ts';
import { type Origin, ServerWatch, unimplemented, type Watched } from './server-watch.ts';

const serving = 1;

/**
 * Watches the health of a service on one connection, by `grpc.health.v1.Health/Watch`: gRFC A17. The service counts as
 * not serving until the server has responded, and while the watch is interrupted. A server without a health service
 * counts as healthy.
 */
export class HealthWatch {
  readonly #watch: ServerWatch;
  isServing = false;

  /**
   * @param service a full name such as `user.v1.UserService`; empty for the whole server
   * @param onChange called when `isServing` has changed, and with the first response
   */
  constructor(connection: CallConnection, origin: Origin, service: string, onChange: () => void, clock: Clock) {
    const set = (isServing: boolean) => {
      this.isServing = isServing;
      onChange();
    };
    const watched: Watched = {
      path: '/grpc.health.v1.Health/Watch',
      request: healthCheckRequest(service),
      // HealthCheckResponse: the field `status`, which is left out when it is 0.
      onMessage: (message) => set(message[0] === 0x08 && message[1] === serving),
      onEnd: (status) => {
        set(status === unimplemented);
        return status !== unimplemented;
      },
    };
    this.#watch = new ServerWatch(connection, origin, watched, clock);
  }

  get streams(): number {
    return this.#watch.streams;
  }

  stop(): void {
    this.#watch.stop();
  }
}

/** The field `service`. */
function healthCheckRequest(service: string): Uint8Array {
  const name = Buffer.from(service);
  return name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
}
