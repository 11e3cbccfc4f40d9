import { once } from 'node:events';
import { startExampleEnvoy } from '@example/kit/example-envoy';
import { jsonLine } from '@example/kit/programs';
import type { DevService } from './dev-service.ts';
import type { RunningProgram } from './watched-service.ts';

/**
 * Runs Envoy in front of the services, with the configuration of examples/deploy/envoy.
 *
 * @param listening resolves when all services listen, so that Envoy finds them healthy
 * @param origins of the pages that may call it
 * @param tlsFolder the folder of its certificates; undefined without TLS
 * @param print called with each line of output, and with a line for each call that Envoy refused, failed or retried
 */
export function runEnvoy(
  port: number,
  services: readonly DevService[],
  listening: Promise<unknown>,
  origins: readonly string[],
  tlsFolder: string | undefined,
  print: (line: string) => void,
): RunningProgram {
  const start = () =>
    startExampleEnvoy({
      port,
      upstreams: Object.fromEntries(services.map(({ folder, port }) => [folder, [port]])),
      origins,
      ...(tlsFolder !== undefined && { tlsFolder }),
      onLine(line) {
        const call = jsonLine(line);
        if (call === undefined) print(line);
        else if (call['flags'] !== '-' || Number(call['attempts']) > 1) {
          print(`${call['rpc']} ${call['httpStatus']} by Envoy, flags ${call['flags']}, attempts ${call['attempts']}`);
        }
      },
    });
  const stopped = new AbortController();
  const stop = once(stopped.signal, 'abort');
  // If `end` is called before the services listen, Envoy never starts.
  const envoy = Promise.race([listening, stop]).then(() => (stopped.signal.aborted ? undefined : start()));
  const failed = (error: Error) => print(error.message);
  return {
    listening: new Promise((resolve) => envoy.then((started) => started && resolve(), failed)),
    ended: envoy.then(
      async (started) => {
        await started?.program.ended;
      },
      () => {},
    ),
    end() {
      stopped.abort();
      envoy.then((started) => started?.[Symbol.asyncDispose]()).catch(() => {});
    },
  };
}
