import * as peers from '../peers.ts';
import { byH2load, type Goal, type MakeWorkload, streams } from '../workload.ts';

const goals: readonly Goal[] = [
  { of: peers.ours, to: peers.grpcJs, atLeast: 3 },
  { of: peers.ours, to: peers.grpcGo, atLeast: 0.8 },
];

export const serverStream: MakeWorkload = ({ requests: { listOrders } }) => ({
  title: `ListOrders by h2load, ${listOrders.messages} orders a call`,
  unit: 'messages/s',
  peers: peers.all,
  goals,
  ...byH2load(() => listOrders, streams),
});

export const clientStream: MakeWorkload = ({ requests: { uploadLineItems } }) => ({
  title: `UploadLineItems by h2load, ${uploadLineItems.messages} items a call`,
  unit: 'messages/s',
  peers: peers.all,
  goals,
  ...byH2load(() => uploadLineItems, streams),
});
