import { connectionBytes } from '../idle-memory.ts';
import * as peers from '../peers.ts';
import { checkRequest, type MakeWorkload } from '../workload.ts';

/**
 * The young generation of the heap grows with the rate of allocation. Without this limit it would grow by more than the
 * memory of all connections.
 */
const smallYoungGeneration = { NODE_OPTIONS: '--max-semi-space-size=1' };
const ours = peers.withEnv(peers.ours, smallYoungGeneration);
const nodeHttp2 = peers.withEnv(peers.nodeHttp2, smallYoungGeneration);

export const idle: MakeWorkload = ({ requests }) => ({
  title: 'memory of an idle connection that has had one call, without the young generation of the heap',
  unit: 'bytes',
  peers: [ours, nodeHttp2],
  isCold: true,
  goals: [{ of: ours, to: nodeHttp2, atMost: 1 }],
  check: ({ url, peer }) => checkRequest(requests.getUser, url, peer),
  measure: async (server) => ({ figure: await connectionBytes(server) }),
});
