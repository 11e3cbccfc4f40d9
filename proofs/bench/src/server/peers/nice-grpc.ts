import { NoteServiceService } from '@example/kit/ts-proto/notes/v1';
import { UserServiceService } from '@example/kit/ts-proto/user/v1';
import { createServer } from 'nice-grpc';
import { announce } from './process.ts';
import { findUser, notes, Upload } from './responses.ts';

const { getUser } = UserServiceService;
const { listNotes, uploadLines } = NoteServiceService;

const server = createServer();
server.add({ getUser }, { getUser: async ({ id }: { id: string }) => findUser(id) });
server.add(
  { listNotes, uploadLines },
  {
    async *listNotes({ authorName }: { authorName: string }) {
      for (const note of notes(authorName)) yield note;
    },
    async uploadLines(lines: AsyncIterable<{ indent: number }>) {
      const upload = new Upload();
      for await (const line of lines) upload.add(line);
      return upload.summary();
    },
  },
);
announce(`http://127.0.0.1:${await server.listen('127.0.0.1:0')}`);
