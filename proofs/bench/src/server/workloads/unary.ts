import * as peers from '../peers.ts';
import { byH2load, describe, type MakeWorkload, multiplexed } from '../workload.ts';

export const unary: MakeWorkload = ({ requests }) => ({
  title: `GetUser by h2load, ${describe(multiplexed)}`,
  unit: 'calls/s',
  peers: peers.all,
  goals: [
    { of: peers.ours, to: peers.grpcJs, atLeast: 6 },
    { of: peers.ours, to: peers.grpcGo, atLeast: 2.5 },
  ],
  ...byH2load(() => requests.getUser, multiplexed),
});
