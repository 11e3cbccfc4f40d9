import * as peers from '../peers.ts';
import { byH2load, http1Connections, type MakeWorkload, multiplexed } from '../workload.ts';

export const json: MakeWorkload = ({ requests }) => ({
  title: `unary by Connect, JSON; HTTP/1.1 with ${http1Connections} connections`,
  unit: 'calls/s',
  peers: [peers.ours, peers.oursHttp1, peers.fastifyHttp1, peers.fastifyHttp2],
  goals: [
    { of: peers.ours, to: peers.fastifyHttp1, atLeast: 2 },
    { of: peers.ours, to: peers.fastifyHttp2, atLeast: 2 },
    { of: peers.oursHttp1, to: peers.fastifyHttp1, atLeast: 1 },
  ],
  ...byH2load(() => requests.getUserAsJson, multiplexed),
});
