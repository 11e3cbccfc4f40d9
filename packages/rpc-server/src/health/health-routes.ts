import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import { Health as HealthService } from '../gen/health/v1/health_pb.ts';
import type { Health } from './health.ts';

/** The largest request, in bytes: enough for one name. It is small, because health needs no token. */
const readMaxBytes = 1_024;

/** grpc.health.v1.Health (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). */
export function healthRoutes(health: Health): (router: ConnectRouter) => void {
  return (router) =>
    router.service(
      HealthService,
      {
        check({ service }) {
          const status = health.status(service);
          if (status === undefined) throw new ConnectError(`there is no service ${service}`, Code.NotFound);
          return { status };
        },
        async *watch({ service }, { signal }) {
          for await (const status of health.watch(service, signal)) yield { status };
        },
        list: () => ({
          statuses: Object.fromEntries([...health.statuses()].map(([service, status]) => [service, { status }])),
        }),
      },
      { readMaxBytes },
    );
}
