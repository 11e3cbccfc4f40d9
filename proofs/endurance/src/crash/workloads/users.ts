import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v1';
import { compare, type Findings, untilAcknowledged, type Workload } from './workload.ts';

const writers = 16;
const seedUsers = 3;
const timeoutMs = 5_000;

/** Creates users with unique names. */
export class UserWorkload implements Workload {
  readonly name = 'users';
  readonly #users: Client<typeof UserService>;
  readonly #acknowledged = new Map<string, string>();

  constructor(baseUrl: string) {
    this.#users = createClient(UserService, createGrpcTransport({ baseUrl }));
  }

  async work(isOver: () => boolean): Promise<void> {
    const write = async () => {
      while (!isOver()) {
        const requestId = randomUUID();
        const request = { name: requestId, email: 'crash@example.com', requestId };
        const { id } = await untilAcknowledged(() => this.#users.createUser(request, { timeoutMs }));
        this.#acknowledged.set(id, requestId);
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
  }

  async check(): Promise<Findings> {
    const stored: string[] = [];
    let broken = 0;
    let pageToken = '';
    do {
      const page = await untilAcknowledged(() => this.#users.listUsers({ pageSize: 1_000, pageToken }, { timeoutMs }));
      for (const { id, name } of page.users) {
        if (Number(id) <= seedUsers) continue;
        stored.push(name);
        if (this.#acknowledged.get(id) !== name) broken += 1;
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    return { ...compare(new Set(this.#acknowledged.values()), stored), broken };
  }
}
