import type { User } from '@example/protos/user/v1';
import type { Clients } from './clients.ts';

/** The maximum number of requested pages, which keeps the output short for any number of users. */
const maxPages = 3;

/**
 * Unary calls: one request, one response.
 *
 * Every call of these tours has a `timeoutMs` in milliseconds. A timeout is a duration, and a deadline is a point in
 * time. The timeout is sent with the call, so that the server stops working on the call, too.
 */
export async function usersTour({ users }: Clients, log: (line: string) => void): Promise<void> {
  // Ids are int64 in the .proto and strings here: a JavaScript number is exact only up to 2^53.
  const aoife = await users.getUser({ id: '1' }, { timeoutMs: 5_000 });
  log(`GetUser: ${describe(aoife)}`);

  const created = await users.createUser({ name: 'Saoirse', email: 'saoirse@example.com' }, { timeoutMs: 5_000 });
  log(`CreateUser: ${describe(created)}`);

  // Each page has the token of the next one, except the last page. Tokens do not expire: a client may continue later.
  let pageToken = '';
  for (let pageNumber = 1; pageNumber <= maxPages; pageNumber++) {
    const page = await users.listUsers({ pageSize: 2, pageToken }, { timeoutMs: 5_000 });
    log(`ListUsers, page ${pageNumber}: ${page.users.map(({ id, name }) => `${id} ${name}`).join(', ')}`);
    pageToken = page.nextPageToken;
    if (pageToken === '') return;
  }
  log(`ListUsers: there are more, from page_token ${pageToken} on`);
}

function describe({ id, name, email }: User): string {
  return `${id} ${name} <${email}>`;
}
