import * as peers from '../peers.ts';
import { checkRequest, type MakeWorkload, runGo } from '../workload.ts';

export const latency: MakeWorkload = ({ requests }) => ({
  title: 'GetUser by a client on grpc-go, one call at a time: the median',
  unit: 'µs',
  peers: peers.all,
  goals: [{ of: peers.ours, to: peers.grpcGo, atMost: 1.25 }],
  check: ({ url, peer }) => checkRequest(requests.getUser, url, peer),
  measure: async (server, seconds) => ({
    figure: (await runGo(server, { connections: 1, calls: 1 }, seconds)).medianMicroseconds,
  }),
});
