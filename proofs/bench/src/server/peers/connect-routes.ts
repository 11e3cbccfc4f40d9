import type { ConnectRouter } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { findUser, notes, Upload } from './responses.ts';

/** The services as routes of Connect, for connect-node and for our own server. */
export function routes(router: ConnectRouter): void {
  router.service(UserService, { getUser: ({ id }) => findUser(id) }).service(NoteService, {
    async *listNotes({ authorName }) {
      for (const note of notes(authorName)) yield note;
    },
    async uploadLines(lines) {
      const upload = new Upload();
      for await (const line of lines) upload.add(line);
      return upload.summary();
    },
  });
}
