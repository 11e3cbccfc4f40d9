import * as peers from '../peers.ts';
import { byH2load, describe, fromGo, type MakeWorkload, measureByGo, multiplexed, type Setup } from '../workload.ts';

const peersOf = ({ auth, folder }: Setup) => [peers.ours, peers.userService(folder, auth), peers.pnpmDev(folder)];

/** The real UserService beside the bare server. */
export const service: MakeWorkload = (setup) => ({
  title: `GetUser of the real UserService by h2load, ${describe(multiplexed)}`,
  unit: 'calls/s',
  peers: peersOf(setup),
  goals: [],
  ...byH2load(() => setup.requests.getUser, multiplexed),
});

export const goService: MakeWorkload = (setup) => ({
  ...service(setup),
  title: `GetUser of the real UserService by a client on grpc-go, ${describe(fromGo)}`,
  measure: measureByGo,
});
