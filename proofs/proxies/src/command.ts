import { type Command, chooseNamed, runCommand, type Streams, wholeNumber } from '@example/kit/command-line';
import { type Protocol, proxies } from './proxies.ts';
import { run } from './run.ts';

const usage = `Calls UserService through nginx, Envoy and haproxy, while its replicas are replaced and its connections end after
a second, and counts the calls that fail. It needs nginx and haproxy (Debian: nginx-light, haproxy) and Python, for Envoy.

  pnpm test:soak proxies [options]

  --proxy NAME   one of: ${proxies.map(({ name }) => name).join('; ')}
  --calls N      calls by each protocol (100000)
  --help         this text
`;

const defaultCalls = 100_000;
export const protocols: readonly Protocol[] = ['HTTP/1.1', 'gRPC'];

const option = { type: 'string' } as const;

const command: Command<{ proxy: typeof option; calls: typeof option }> = {
  usage,
  options: { proxy: option, calls: option },
  async run({ values, print }) {
    const calls = wholeNumber('calls', values.calls, defaultCalls, 1);
    let failed = 0;
    for (const proxy of chooseNamed(proxies, values.proxy === undefined ? [] : [values.proxy])) {
      proxy.prepare();
      for (const protocol of protocols) {
        const { failures, restarts } = await run(proxy, protocol, calls);
        print(`${proxy.name}, ${protocol}: ${calls} calls, ${restarts} restarts, ${failures.length} failed`);
        for (const failure of new Set(failures)) print(failure);
        failed += failures.length;
      }
    }
    print(`${failed} failed`);
    return failed === 0;
  },
};

/** Runs `pnpm test:soak proxies`. @returns the exit code: 0 when no call has failed */
export async function runProxies(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}
