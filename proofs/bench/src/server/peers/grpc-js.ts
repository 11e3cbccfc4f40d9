import { once } from 'node:events';
import { type NoteServiceServer, NoteServiceService } from '@example/kit/ts-proto/notes/v1';
import { type UserServiceServer, UserServiceService } from '@example/kit/ts-proto/user/v1';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { announce, tlsFiles } from './process.ts';
import { findUser, notes, Upload } from './responses.ts';

const users: Pick<UserServiceServer, 'getUser'> = {
  getUser: ({ request }, respond) => respond(null, findUser(request.id)),
};
const noteService: Pick<NoteServiceServer, 'listNotes' | 'uploadLines'> = {
  async listNotes(call) {
    for (const note of notes(call.request.authorName)) {
      if (!call.write(note)) await once(call, 'drain');
    }
    call.end();
  },
  uploadLines(call, respond) {
    const upload = new Upload();
    call.on('data', (line) => upload.add(line)).on('end', () => respond(null, upload.summary()));
  },
};

const tls = tlsFiles();
const credentials = tls
  ? ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }])
  : ServerCredentials.createInsecure();
const server = new Server();
server.addService(UserServiceService, users as UserServiceServer);
server.addService(NoteServiceService, noteService as NoteServiceServer);
server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
  if (error) throw error;
  announce(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`);
});
