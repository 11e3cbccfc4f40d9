import { type ServiceDescription, services } from '@example/kit/services';

/** A service that `pnpm dev` runs. */
export interface DevService extends ServiceDescription {
  /** The option of `pnpm dev` that sets the port. */
  readonly portOption: string;
}

/** All services, with their default ports. */
export function devServices(): readonly DevService[] {
  return services().map((service) => ({ ...service, portOption: `--${service.name}-port` }));
}
