import type { MakeWorkload } from '../workload.ts';
import { allOn } from './all-on.ts';
import { goUnary } from './go-unary.ts';
import { idle } from './idle.ts';
import { json } from './json.ts';
import { latency } from './latency.ts';
import { protocols, streamProtocols } from './protocols.ts';
import { goService, service } from './service.ts';
import { clientStream, serverStream } from './streams.ts';
import { tls } from './tls.ts';
import { unary } from './unary.ts';

/** All workloads by the names of `--only`, in the order in which they run. */
export const workloads: Readonly<Record<string, MakeWorkload>> = {
  unary,
  'go-unary': goUnary,
  latency,
  'server-stream': serverStream,
  'client-stream': clientStream,
  tls,
  json,
  protocols,
  'stream-protocols': streamProtocols,
  'all-on': allOn,
  service,
  'go-service': goService,
  idle,
};

export const workloadNames: readonly string[] = Object.keys(workloads);
