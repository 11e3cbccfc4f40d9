import { type ServiceDescription, services } from '@example/kit/services';

/** A program that `pnpm dev` runs. */
export interface DevProgram {
  /** The name of the program in the output. The name of a service is its folder. */
  readonly folder: string;
  readonly title: string;
  readonly port: number;
  /** The option of `pnpm dev` that sets the port. */
  readonly portOption: string;
}

/** A service that `pnpm dev` runs. */
export interface DevService extends ServiceDescription, DevProgram {}

/** All services, with their default ports. */
export function devServices(): readonly DevService[] {
  return services().map((service) => ({ ...service, portOption: `--${service.name}-port` }));
}
