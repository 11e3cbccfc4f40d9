import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { ChatMessage } from '@example/protos/order/v1';
import { ChatParticipant } from './chat-participant.ts';
import type { Clients } from './clients.ts';

/**
 * A bidirectional stream: two people talk about an order. One of them leaves, joins again, and receives the missed
 * messages.
 */
export async function chatTour({ orders }: Clients, log: (line: string) => void): Promise<void> {
  const { id: orderId } = await orders.createOrder({ customerId: 'two-people' }, { timeoutMs: 5_000 });
  const end = new AbortController();
  const join = (sender: string, sequence: bigint) =>
    new ChatParticipant(orders, { orderId, sender, sequence, timeoutMs: 30_000, signal: end.signal });
  try {
    const aoife = join('Aoife', 0n);
    const cillian = join('Cillian', 0n);
    const bothHear = async () => {
      const [byAoife, byCillian] = await Promise.all([aoife.hear(), cillian.hear()]);
      log(`Aoife hears ${describe(byAoife)}`);
      log(`Cillian hears ${describe(byCillian)}`);
      return byCillian.sequence;
    };

    aoife.say('When does my order leave?');
    await bothHear();
    cillian.say('This afternoon.');
    const lastHeard = await bothHear();

    await cillian.leave();
    log('Cillian leaves');
    aoife.say('And when does it arrive?');
    log(`Aoife hears ${describe(await aoife.hear())}`);

    // Sequences have no gaps: a client that joins with its last sequence neither misses a message nor receives one
    // twice.
    const cillianAgain = join('Cillian', lastHeard);
    log(`Cillian is back after ${lastHeard} and hears ${describe(await cillianAgain.hear())}`);
    await Promise.all([aoife.leave(), cillianAgain.leave()]);
  } finally {
    // Ends all streams, even after an error. Aborting has no effect on a stream that has ended.
    end.abort();
  }
}

function describe({ sequence, createTime, sender, text }: ChatMessage): string {
  const time = createTime && timestampDate(createTime).toISOString();
  return `${sequence}. ${sender} at ${time}: ${text}`;
}
