import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { compare, type Findings, untilAcknowledged, type Workload } from './workload.ts';

const people = 4;
const timeoutMs = 5_000;

/**
 * People who chat in one room. After a broken connection they join again after the last message that they received, and
 * resend those of their messages that they have not received back.
 */
export class ChatWorkload implements Workload {
  readonly name = 'messages';
  readonly #orders: Client<typeof OrderService>;
  readonly #acknowledged = new Set<string>();
  #room = '';

  constructor(baseUrl: string) {
    this.#orders = createClient(OrderService, createGrpcTransport({ baseUrl }));
  }

  async work(isOver: () => boolean): Promise<void> {
    const requestId = randomUUID();
    const room = await untilAcknowledged(() =>
      this.#orders.createOrder({ customerId: 'chats', requestId }, { timeoutMs }),
    );
    this.#room = room.id;
    await Promise.all(Array.from({ length: people }, (_, i) => this.#talk(`person ${i}`, isOver)));
  }

  async check(): Promise<Findings> {
    const stored: string[] = [];
    let broken = 0;
    const join = (async function* (orderId: string) {
      yield { orderId, sender: 'checker' };
    })(this.#room);
    for await (const { sequence, text, messageId } of this.#orders.orderChat(join, { timeoutMs: 600_000 })) {
      stored.push(text);
      if (sequence !== BigInt(stored.length) || text !== messageId) broken += 1;
    }
    return compare(this.#acknowledged, stored, broken);
  }

  async #talk(sender: string, isOver: () => boolean): Promise<void> {
    let sequence = 0n;
    let saying = randomUUID();
    do {
      await untilAcknowledged(async () => {
        let echoed = Promise.withResolvers<void>();
        const orderId = this.#room;
        const outgoing = (async function* () {
          yield { orderId, sender, sequence };
          do {
            yield { text: saying, messageId: saying };
            await echoed.promise;
            echoed = Promise.withResolvers();
          } while (!isOver());
        })();
        for await (const message of this.#orders.orderChat(outgoing)) {
          if (message.sequence !== sequence + 1n) throw new Error(`${message.sequence} came after ${sequence}`);
          sequence = message.sequence;
          if (message.messageId !== saying) continue;
          this.#acknowledged.add(saying);
          saying = randomUUID();
          echoed.resolve();
        }
      });
    } while (!isOver());
  }
}
