import { createClient } from '@connectrpc/connect';
import { UserService } from '@example/protos/user/v2';
import { type CallRecord, callLog } from '../transport/call-log.ts';
import { createTransport } from '../transport/create-transport.ts';
import type { TransportName } from '../transport/transport-names.ts';

/** The time and bytes of calls by one transport. */
export interface Summary {
  readonly transport: TransportName;
  /** The median, in milliseconds. */
  readonly ms: number;
  /** The request bytes of one call, on average. */
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** The number of calls by one transport in a comparison. */
const callCount = 20;

/** Makes the same calls by each transport in turn, so that other load on the machine affects all of them alike. */
export async function compare(names: readonly TransportName[]): Promise<readonly Summary[]> {
  const clients = names.map((name) => createClient(UserService, createTransport(name)));
  // The first call of a transport also takes the time of its connection and its preflight.
  for (const client of clients) await client.listUsers({ pageSize: 10 });
  const first = (callLog.get()[0]?.number ?? 0) + 1;
  for (let call = 0; call < callCount; call++) {
    for (const client of clients) await client.listUsers({ pageSize: 10 });
  }
  const made = callLog.get().filter(({ number }) => number >= first);
  return names.map((name) => summarise(name, made));
}

function summarise(transport: TransportName, records: readonly CallRecord[]): Summary {
  const own = records.filter((record) => record.transport === transport && record.status === 'OK');
  const times = own.map(({ ms }) => ms).sort((a, b) => a - b);
  const average = (field: 'requestBytes' | 'responseBytes') =>
    Math.round(own.reduce((sum, record) => sum + record[field], 0) / own.length);
  return {
    transport,
    ms: times[Math.floor(times.length / 2)] ?? 0,
    requestBytes: average('requestBytes'),
    responseBytes: average('responseBytes'),
  };
}
