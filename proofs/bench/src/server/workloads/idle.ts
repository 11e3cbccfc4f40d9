import { connectionBytes } from '../idle-memory.ts';
import * as peers from '../peers.ts';
import { checkRequest, type MakeWorkload } from '../workload.ts';

export const idle: MakeWorkload = ({ requests }) => ({
  title: 'memory of an idle connection that has had one call',
  unit: 'bytes',
  peers: [peers.ours, peers.nodeHttp2],
  isCold: true,
  goals: [{ of: peers.ours, to: peers.nodeHttp2, atMost: 1 }],
  check: ({ url, peer }) => checkRequest(requests.getUser, url, peer),
  measure: async (server) => ({ figure: await connectionBytes(server) }),
});
