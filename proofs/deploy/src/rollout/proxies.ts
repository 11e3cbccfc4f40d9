import { startExampleEnvoy } from '@example/kit/example-envoy';
import { listening } from '@example/kit/programs';
import { nginxWithKeepalive } from '@example/proxies/proxies';
import type { Load } from '../load/load.ts';

/** Calls through nginx, which knows only the address of the Service. */
export function throughNginx(load: Load): Load {
  return async (port, over) => {
    const nginx = await nginxWithKeepalive.start('HTTP/1.1', [port]);
    try {
      await nginx.program.during(() => listening(nginx.port));
      return await nginx.program.during(() => load(nginx.port, over));
    } finally {
      await nginx.end();
    }
  };
}

/** Calls through Envoy with examples/deploy/envoy, which checks each pod and balances calls. */
export function throughEnvoy(podPorts: readonly number[], load: Load): Load {
  return async (_, over) => {
    await using envoy = await startExampleEnvoy({ upstreams: { 'user-service': podPorts } });
    return await envoy.program.during(() => load(envoy.port, over));
  };
}
