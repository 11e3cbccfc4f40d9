import { createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import { authorName } from '../../server/requests.ts';
import type { BenchClient, MakeClients } from '../bench-client.ts';
import { checkCount, checkUser, countOf, eachLine } from './checks.ts';

export const connectNode: MakeClients = (host, connections) =>
  Array.from({ length: connections }, () => onTransport(createGrpcTransport({ baseUrl: `http://${host}` })));

export const rpcClient: MakeClients = (host, connections) => [onTransport(transportTo(host, connections))];

/** The transport by itself, without `createClient`. */
export const rpcTransport: MakeClients = (host, connections) => {
  const transport = transportTo(host, connections);
  const { getUser } = UserService.method;
  const { listNotes, uploadLines } = NoteService.method;
  const no = undefined;
  return [
    {
      unary: async () => checkUser((await transport.unary(getUser, no, no, no, { id: '1' })).message),
      async serverStream() {
        const request = (async function* () {
          yield { authorName };
        })();
        return await countOf((await transport.stream(listNotes, no, no, no, request)).message);
      },
      async clientStream() {
        const { message } = await transport.stream(uploadLines, no, no, no, eachLine());
        for await (const { lineCount } of message) return checkCount(lineCount);
        throw new Error('no response');
      },
    },
  ];
};

function transportTo(host: string, connections: number): Transport {
  const sizes = { minConnections: connections, maxConnections: connections };
  // The other clients set no deadline unless they are told to, and servers spend time on each deadline.
  return createTransport({ target: host, ...sizes, defaultTimeoutMs: 0 });
}

function onTransport(transport: Transport): BenchClient {
  const users = createClient(UserService, transport);
  const notes = createClient(NoteService, transport);
  return {
    unary: async () => checkUser(await users.getUser({ id: '1' })),
    serverStream: () => countOf(notes.listNotes({ authorName })),
    clientStream: async () => checkCount((await notes.uploadLines(eachLine())).lineCount),
  };
}
