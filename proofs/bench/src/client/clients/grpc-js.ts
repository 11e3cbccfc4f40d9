import { once } from 'node:events';
import { NoteServiceClient, NoteServiceService } from '@example/kit/ts-proto/notes/v1';
import { UserServiceClient, UserServiceService } from '@example/kit/ts-proto/user/v1';
import { credentials } from '@grpc/grpc-js';
import { createChannel, createClient } from 'nice-grpc';
import { authorName } from '../../server/requests.ts';
import type { MakeClients } from '../bench-client.ts';
import { checkCount, checkUser, countOf, eachLine, lines } from './checks.ts';

/** Gives each client its own connection. */
const options = { 'grpc.use_local_subchannel_pool': 1 };
const insecure = credentials.createInsecure();

/** grpc-js with the code that ts-proto generates. */
export const grpcJs: MakeClients = (host, connections) =>
  Array.from({ length: connections }, () => {
    const users = new UserServiceClient(host, insecure, options);
    const notes = new NoteServiceClient(host, insecure, options);
    return {
      unary: () =>
        new Promise((resolve, reject) => {
          users.getUser({ id: '1' }, (error, user) => (error ? reject(error) : resolve(checkUser(user))));
        }),
      serverStream: () => countOf(notes.listNotes({ authorName })),
      async clientStream() {
        const { promise, resolve, reject } = Promise.withResolvers<number>();
        const call = notes.uploadLines((error, { lineCount }) =>
          error ? reject(error) : resolve(checkCount(lineCount)),
        );
        for (const line of lines) if (!call.write(line)) await once(call, 'drain');
        call.end();
        return await promise;
      },
    };
  });

export const niceGrpc: MakeClients = (host, connections) =>
  Array.from({ length: connections }, () => {
    const channel = createChannel(host, insecure, options);
    const users = createClient(UserServiceService, channel);
    const notes = createClient(NoteServiceService, channel);
    return {
      unary: async () => checkUser(await users.getUser({ id: '1' })),
      serverStream: () => countOf(notes.listNotes({ authorName })),
      clientStream: async () => checkCount((await notes.uploadLines(eachLine())).lineCount),
    };
  });
