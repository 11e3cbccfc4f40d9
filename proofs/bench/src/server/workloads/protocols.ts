import * as peers from '../peers.ts';
import type { Request } from '../requests.ts';
import { byH2load, type Concurrency, type MakeWorkload, multiplexed, streams } from '../workload.ts';

/** The same call by several protocols, each on its own server. The first protocol is gRPC. */
function sameCall(
  title: string,
  unit: string,
  concurrency: Concurrency,
  requests: Readonly<Record<string, Request>>,
  atLeast: Readonly<Record<string, number>>,
) {
  const byPeer = new Map(Object.entries(requests).map(([name, request]) => [{ ...peers.ours, name }, request]));
  const all = [...byPeer.keys()];
  const [grpc] = all as [peers.Peer];
  return {
    title,
    unit,
    peers: all,
    goals: all.flatMap((of) => {
      const ratio = atLeast[of.name];
      return ratio === undefined ? [] : [{ of, to: grpc, atLeast: ratio }];
    }),
    ...byH2load((peer) => byPeer.get(peer) as Request, concurrency),
  };
}

export const protocols: MakeWorkload = ({ requests: { getUser, getUserByGrpcWeb, getUserByConnect } }) =>
  sameCall(
    'GetUser by each protocol over HTTP/2',
    'calls/s',
    multiplexed,
    { gRPC: getUser, 'gRPC-Web': getUserByGrpcWeb, Connect: getUserByConnect },
    { 'gRPC-Web': 0.8 },
  );

export const streamProtocols: MakeWorkload = ({ requests: { listNotes, listNotesByConnect } }) =>
  sameCall(
    `ListNotes by each protocol over HTTP/2, ${listNotes.messages} notes a call`,
    'messages/s',
    streams,
    { gRPC: listNotes, Connect: listNotesByConnect },
    { Connect: 0.8 },
  );
