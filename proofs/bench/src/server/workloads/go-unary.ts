import * as peers from '../peers.ts';
import { checkRequest, describe, fromGo, type MakeWorkload, measureByGo } from '../workload.ts';

export const goUnary: MakeWorkload = ({ requests }) => ({
  title: `GetUser by a client on grpc-go, ${describe(fromGo)}`,
  unit: 'calls/s',
  peers: peers.all,
  goals: [{ of: peers.ours, to: peers.grpcGo, atLeast: 1 }],
  check: ({ url, peer }) => checkRequest(requests.getUser, url, peer),
  measure: measureByGo,
});
