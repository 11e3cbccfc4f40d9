import * as peers from '../peers.ts';
import { byH2load, type Goal, type MakeWorkload, streams } from '../workload.ts';

const goals: readonly Goal[] = [
  { of: peers.ours, to: peers.grpcJs, atLeast: 3 },
  { of: peers.ours, to: peers.grpcGo, atLeast: 0.8 },
];

export const serverStream: MakeWorkload = ({ requests: { listNotes } }) => ({
  title: `ListNotes by h2load, ${listNotes.messages} notes a call`,
  unit: 'messages/s',
  peers: peers.all,
  goals,
  ...byH2load(() => listNotes, streams),
});

export const clientStream: MakeWorkload = ({ requests: { uploadLines } }) => ({
  title: `UploadLines by h2load, ${uploadLines.messages} lines a call`,
  unit: 'messages/s',
  peers: peers.all,
  goals,
  ...byH2load(() => uploadLines, streams),
});
