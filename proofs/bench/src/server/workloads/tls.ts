import * as peers from '../peers.ts';
import { byH2load, type MakeWorkload, multiplexed } from '../workload.ts';

export const tls: MakeWorkload = ({ requests, tlsEnv, ca }) => {
  const withTls = (peer: peers.Peer) => peers.withEnv(peer, tlsEnv);
  const [ours, grpcJs] = [withTls(peers.ours), withTls(peers.grpcJs)];
  return {
    title: 'unary, over TLS',
    unit: 'calls/s',
    peers: [ours, grpcJs, withTls(peers.nodeHttp2), withTls(peers.grpcGo)],
    goals: [{ of: ours, to: grpcJs, atLeast: 4 }],
    ...byH2load(() => requests.getUser, multiplexed, ca),
  };
};
