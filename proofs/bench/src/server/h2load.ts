import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { loadCore, pinned } from './cores.ts';

export interface H2load {
  readonly url: string;
  /** The file with the body of each request. */
  readonly bodyFile: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Calls at once on a connection. With HTTP/1.1 there is one. */
  readonly calls: number;
  readonly isHttp1: boolean;
  readonly seconds: number;
  /** How long a response is at least: a shorter one is an error that h2load takes for a success. */
  readonly responseBytes: number;
}

/** How much of a stream may be on its way, as the logarithm of bytes: what clients of gRPC offer, more or less. */
const streamWindowBits = 20;
const connectionWindowBits = 24;

/** Connections that are not there by the end of it may never end: h2load does not stop what it has not begun. */
const warmUpSeconds = 1;
/** How much longer than it should h2load may take. */
const longestMoreSeconds = 30;

/** @throws {ToolchainMissingError} */
export function needH2load(): void {
  for (const [program, from] of [
    ['h2load', 'nghttp2-client, such as `apt-get install nghttp2-client`'],
    ['taskset', 'util-linux'],
  ] as const) {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
    } catch {
      throw new ToolchainMissingError(`${program} is missing: on Debian it is in the package ${from}`);
    }
  }
}

/** @returns requests a second. @throws when one of them failed */
export async function h2load(load: H2load): Promise<number> {
  const { url, bodyFile, headers, connections, calls, isHttp1, seconds } = load;
  const args = [
    ...['--clients', `${connections}`, '--max-concurrent-streams', `${isHttp1 ? 1 : calls}`],
    ...['--warm-up-time', `${warmUpSeconds}`, '--duration', `${seconds}`, '--data', bodyFile],
    ...['--window-bits', `${streamWindowBits}`, '--connection-window-bits', `${connectionWindowBits}`],
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ...(isHttp1 ? ['--h1'] : []),
    url,
  ];
  const [file, pinnedArgs] = pinned(loadCore, 'h2load', args);
  const timeout = (warmUpSeconds + seconds + longestMoreSeconds) * 1_000;
  const { stdout } = await promisify(execFile)(file, pinnedArgs, { timeout });
  return perSecond(stdout, load.responseBytes);
}

/** Exported for its test. @param output of h2load */
export function perSecond(output: string, responseBytes: number): number {
  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1]);
  const rate = number(/^finished in .*?, ([\d.]+) req\/s/m);
  const succeeded = number(/ (\d+) succeeded/);
  const dataBytes = number(/\((\d+)\) data$/m);
  const isWell = rate > 0 && / 0 failed, 0 errored, 0 timeout$/m.test(output) && dataBytes >= succeeded * responseBytes;
  if (!isWell) throw new Error(`not every call succeeded:\n${output}`);
  return rate;
}
