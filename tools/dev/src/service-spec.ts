/** A service that `pnpm dev` runs. */
export interface ServiceSpec {
  /** The folder under packages. */
  readonly name: 'user-service' | 'order-service';
  readonly title: string;
  readonly port: number;
  /** The option of `pnpm dev` that sets the port. */
  readonly portOption: string;
}

export function serviceSpecs(userPort: number, orderPort: number): readonly ServiceSpec[] {
  return [
    { name: 'user-service', title: 'UserService', port: userPort, portOption: '--user-port' },
    { name: 'order-service', title: 'OrderService', port: orderPort, portOption: '--order-port' },
  ];
}
