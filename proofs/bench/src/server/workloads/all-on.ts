import * as peers from '../peers.ts';
import { byH2load, type MakeWorkload, multiplexed } from '../workload.ts';

export const allOn: MakeWorkload = ({ requests, auth }) => {
  const withEverything = peers.withEverything(auth);
  return {
    title: 'unary, with a token in each call and the access log, which is discarded',
    unit: 'calls/s',
    peers: [peers.ours, withEverything],
    goals: [{ of: withEverything, to: peers.ours, atLeast: 0.6 }],
    ...byH2load(() => requests.getUser, multiplexed),
  };
};
