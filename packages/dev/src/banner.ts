import type { ServiceSpec } from './service-spec.ts';

/** What a person sees when both services listen: where they are and what to try. */
export function banner(specs: readonly ServiceSpec[], data: string): string {
  const url = (name: ServiceSpec['name']) => `http://localhost:${specs.find((spec) => spec.name === name)?.port}`;
  const users = url('user-service');
  const orders = url('order-service');
  return `
  UserService    ${users}
  OrderService   ${orders}
  Data           ${data} (kept between runs; pnpm dev --fresh starts over)

  Try in another terminal:

    node examples/node-client/client.js ${users.slice('http://'.length)}
    npx tsx examples/ts-client/src/main.ts --users ${users} --orders ${orders}
    curl -H 'content-type: application/json' -d '{"id":"1"}' ${users}/user.v1.UserService/GetUser

  A service restarts when a file of it changes. Ctrl-C ends both.

`;
}
