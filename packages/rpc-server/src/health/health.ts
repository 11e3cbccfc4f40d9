import { EventEmitter, once } from 'node:events';
import { HealthCheckResponse_ServingStatus as Status } from '../gen/health/v1/health_pb.ts';

/**
 * A service name that is SERVING as long as the process responds, even if the store is unavailable or the server
 * drains. It is for probes that restart a failed process: a restart would not repair the store, and would end calls.
 */
export const livenessService = 'liveness';

/**
 * The health of a server. All services share one status, and so does the service '', which stands for the whole server.
 */
export class Health {
  readonly #statuses: Map<string, Status>;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #isShutDown = false;

  /** @param services full names, such as `user.v1.UserService` */
  constructor(services: readonly string[]) {
    this.#statuses = new Map(['', ...services].map((service) => [service, Status.SERVING]));
  }

  /** Has no effect after `shutDown`. */
  setServing(isServing: boolean): void {
    if (!this.#isShutDown) this.#setAll(isServing ? Status.SERVING : Status.NOT_SERVING);
  }

  /** Sets NOT_SERVING for good. */
  shutDown(): void {
    this.#isShutDown = true;
    this.#setAll(Status.NOT_SERVING);
  }

  /** The status of a service; undefined for an unknown one. */
  status(service: string): Status | undefined {
    if (service === livenessService) return Status.SERVING;
    return this.#statuses.get(service);
  }

  /** The statuses of all services by name. */
  statuses(): ReadonlyMap<string, Status> {
    return this.#statuses;
  }

  /**
   * Yields the status of a service now, and each change of it. A slow reader gets only the latest status. The iteration
   * ends after `shutDown`.
   */
  async *watch(service: string, signal: AbortSignal): AsyncIterable<Status> {
    let sent: Status | undefined;
    while (true) {
      const current = this.status(service) ?? Status.SERVICE_UNKNOWN;
      if (current !== sent) {
        sent = current;
        yield current;
      } else if (this.#isShutDown) {
        return;
      } else {
        await once(this.#changes, 'change', { signal });
      }
    }
  }

  #setAll(status: Status): void {
    for (const service of this.#statuses.keys()) this.#statuses.set(service, status);
    this.#changes.emit('change');
  }
}
