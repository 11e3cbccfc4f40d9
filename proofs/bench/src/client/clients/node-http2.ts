import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { DescMethod, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { NoteService } from '@example/kit/notes';
import { messageReader, messageWriter } from '@example/message-codec';
import { UserService } from '@example/protos/user/v1';
import { authorName } from '../../server/requests.ts';
import type { MakeClients } from '../bench-client.ts';
import { checkCount, checkUser, lines } from './checks.ts';

/** The length of the header of an envelope. */
const prefixBytes = 5;

/** gRPC's envelopes on Node's HTTP/2. It checks only the status. */
export const nodeHttp2: MakeClients = (host, connections) =>
  Array.from({ length: connections }, () => {
    const session = connect(`http://${host}`);
    const getUser = caller(session, UserService.method.getUser);
    const listNotes = caller(session, NoteService.method.listNotes);
    const uploadLines = caller(session, NoteService.method.uploadLines);
    return {
      async unary() {
        let count = 0;
        await getUser([{ id: '1' }], (user) => {
          count += checkUser(user);
        });
        return count;
      },
      async serverStream() {
        let count = 0;
        await listNotes([{ authorName }], ({ id }) => {
          if (id !== '') count += 1;
        });
        return checkCount(count);
      },
      async clientStream() {
        let count = 0;
        await uploadLines(lines, ({ lineCount }) => {
          count = lineCount;
        });
        return checkCount(count);
      },
    };
  });

/** @returns a function that makes one call with the given requests, and calls `onMessage` for each response message */
function caller<M extends DescMethod>(session: ClientHttp2Session, { parent, name, input, output }: M) {
  const write = messageWriter(input);
  const read = messageReader(output);
  const headers = {
    ...{ ':method': 'POST', ':path': `/${parent.typeName}/${name}` },
    ...{ 'content-type': 'application/grpc+proto', te: 'trailers' },
  };
  return async (
    requests: Iterable<MessageInitShape<M['input']>>,
    onMessage: (message: MessageShape<M['output']>) => void,
  ): Promise<void> => {
    const stream = session.request(headers);
    let rest: Buffer = Buffer.alloc(0);
    let status: unknown;
    stream.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= prefixBytes) {
        const end = prefixBytes + rest.readUInt32BE(1);
        if (rest.length < end) break;
        onMessage(read(rest.subarray(prefixBytes, end)) as MessageShape<M['output']>);
        rest = rest.subarray(end);
      }
    });
    stream.on('trailers', (trailers) => {
      status = trailers['grpc-status'];
    });
    const ended = once(stream, 'end');
    for (const request of requests) if (!stream.write(framed(write(request)))) await once(stream, 'drain');
    stream.end();
    await ended;
    if (status !== '0') throw new Error(`grpc-status ${status}`);
  };
}

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}
