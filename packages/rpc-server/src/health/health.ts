import { EventEmitter, once } from 'node:events';
import { HealthCheckResponse_ServingStatus as Status } from '../gen/health/v1/health_pb.ts';

/** Which services of a server can be called now. The service '' is the whole server: it serves when all services do. */
export class Health {
  readonly #statuses = new Map([['', Status.SERVING]]);
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #isShutDown = false;

  /** @param service its full name, such as `user.v1.UserService`; it serves as the others do */
  add(service: string): void {
    this.#statuses.set(service, this.#statuses.get('') ?? Status.SERVING);
  }

  /** Says of every service whether it serves. After `shutDown` it has no effect. */
  setServing(isServing: boolean): void {
    if (!this.#isShutDown) this.#setAll(isServing ? Status.SERVING : Status.NOT_SERVING);
  }

  /** Nothing serves any more, for good. */
  shutDown(): void {
    this.#isShutDown = true;
    this.#setAll(Status.NOT_SERVING);
  }

  /** Undefined for a service that there is not. */
  status(service: string): Status | undefined {
    return this.#statuses.get(service);
  }

  /** The statuses of all services by name. */
  statuses(): ReadonlyMap<string, Status> {
    return this.#statuses;
  }

  /**
   * The status of a service now, and whenever it is another one. A reader who comes late gets the newest only. It ends after
   * `shutDown`.
   */
  async *watch(service: string, signal: AbortSignal): AsyncIterable<Status> {
    let told: Status | undefined;
    while (true) {
      const current = this.status(service) ?? Status.SERVICE_UNKNOWN;
      if (current !== told) {
        told = current;
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
