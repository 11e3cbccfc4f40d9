import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { exampleEnvoyConfig } from '@example/kit/example-envoy';
import { readConfig as orderConfig } from '@example/order-service';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import { serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { readConfig as userConfig } from '@example/user-service';
import { describe, expect, it } from 'vitest';

const { static_resources } = exampleEnvoyConfig();
const [listener] = static_resources.listeners;
const manager = listener.filter_chains[0].filters[0].typed_config;
const [{ typed_per_filter_config, routes }] = manager.route_config.virtual_hosts;

const production = { NODE_ENV: 'production', AUTH: 'off' };
const servers = {
  'user-service': userConfig(production).server,
  'order-service': orderConfig(production).server,
};
const seconds = (text: string | undefined) => Number.parseFloat(text ?? 'NaN') * 1_000;

describe('the example of Envoy', () => {
  it('has a cluster for each service', () => {
    expect(static_resources.clusters.map(({ name }) => name)).toEqual(Object.keys(servers));
  });

  it.each(static_resources.clusters)('calls $name at its port, within its limits', (cluster) => {
    const server = servers[cluster.name as keyof typeof servers];
    const [{ endpoint }] = cluster.load_assignment.endpoints[0].lb_endpoints as [never];
    expect(endpoint).toEqual({ address: { socket_address: { address: cluster.name, port_value: server.port } } });
    const { common_http_protocol_options: common, explicit_http_config } =
      cluster.typed_extension_protocol_options['envoy.extensions.upstreams.http.v3.HttpProtocolOptions'];
    expect(seconds(common.idle_timeout)).toBeLessThan(server.idleConnectionMs);
    expect(explicit_http_config.http2_protocol_options.max_concurrent_streams).toBeLessThanOrEqual(server.maxStreams);
    const [health] = cluster.health_checks;
    const noticed = (seconds(health.interval) + seconds(health.timeout)) * health.unhealthy_threshold;
    expect(noticed).toBeLessThan(server.shutdownNoticeMs);
    expect(manager.max_request_headers_kb * 1024).toBe(server.maxHeaderBytes);
    for (const { route } of routes.filter(({ route }) => route.cluster === cluster.name)) {
      const { max_stream_duration, grpc_timeout_header_max } = route.max_stream_duration;
      if (max_stream_duration === undefined) continue;
      expect([max_stream_duration, grpc_timeout_header_max].map(seconds)).toEqual([
        server.maxDeadlineMs,
        server.maxDeadlineMs,
      ]);
    }
  });

  const methods = [UserService, UserServiceV2, OrderService].flatMap((service) =>
    service.methods.map((method) => ({ path: `/${service.typeName}/${method.name}`, method })),
  );
  it.each(methods)('repeats $path after UNAVAILABLE only if it changes nothing', ({ path, method }) => {
    const { route } = routes.find(({ match }) =>
      match.safe_regex ? new RegExp(`^${match.safe_regex.regex}$`).test(path) : path.startsWith(match.prefix),
    ) as (typeof routes)[number];
    const isSafe = method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
    const isUnary = method.methodKind === 'unary';
    expect(route.cluster).toBe(path.includes('user.v') ? 'user-service' : 'order-service');
    const retried = route.retry_policy.retry_on.split(',');
    expect(['unavailable', 'reset'].map((reason) => retried.includes(reason))).toEqual([isSafe, isSafe]);
    expect(route.retry_policy.per_try_timeout !== undefined).toBe(isSafe && isUnary);
    const hasDeadline = method.methodKind === 'unary' || method.methodKind === 'server_streaming';
    expect(route.max_stream_duration.max_stream_duration !== undefined).toBe(hasDeadline);
  });

  it('allows pages the header fields that the services allow', async () => {
    const origin = 'https://app.example.com';
    const cors = typed_per_filter_config['envoy.filters.http.cors'];
    const config = { ...testConfig, corsOrigins: [origin] };
    const server = await serve({ config, logger: silentLogger, routes: (router) => router.service(UserService, {}) });
    const preflight = { origin, 'access-control-request-method': 'POST' };
    const url = `${server.url}/user.v1.UserService/GetUser`;
    const { headers } = await fetch(url, { method: 'OPTIONS', headers: preflight });
    const exposed = (await fetch(url, { method: 'POST', headers: { origin } })).headers;
    await server.close(0);
    expect(cors.allow_headers).toBe(headers.get('access-control-allow-headers'));
    expect(cors.allow_methods).toBe(headers.get('access-control-allow-methods'));
    expect(cors.max_age).toBe(headers.get('access-control-max-age'));
    expect(cors.expose_headers).toBe(exposed.get('access-control-expose-headers'));
  });
});
