import { randomBytes } from 'node:crypto';
import { PostgresStore } from '@example/storage';
import { describeWithPostgres, openOnStoppedPostgres } from '@example/storage/testing/vitest';
import { expect, it } from 'vitest';
import { orderRepositoryContract } from './order-repository.contract.ts';
import { PostgresOrderRepository } from './postgres-order-repository.ts';

describeWithPostgres('PostgresOrderRepository', (server) => {
  orderRepositoryContract(
    'PostgreSQL',
    async () => PostgresOrderRepository.open(await server().createDatabase()),
    () => openOnStoppedPostgres(PostgresOrderRepository.open),
  );

  it('reads the items of large orders only for the current page, and none to append a message', async () => {
    const url = await server().createDatabase();
    const orders = await PostgresOrderRepository.open(url);
    const item = () => ({ productId: randomBytes(96).toString('base64'), quantity: 1, unitPrice: 1 });
    for (let i = 0; i < 64; i++) {
      const items = Array.from({ length: 1_000 }, item);
      await orders.create({
        id: `ord-${i}`,
        customerId: 'c',
        items,
        total: 1,
        status: 'PENDING',
        createTime: new Date(),
      });
    }
    await orders.close();
    const statistics = await PostgresStore.open(url, 'public', []);
    const pagesOfItems = async () => {
      const [read] = await statistics.read<{ pages: number }>(
        (sql) => sql`
          SELECT (toast_blks_hit + toast_blks_read)::INTEGER AS pages
          FROM pg_statio_all_tables WHERE relname = 'orders'`,
      );
      return read?.pages;
    };
    // PostgreSQL publishes the statistics of a connection when it ends.
    await expect.poll(pagesOfItems).toBeGreaterThan(0);
    await statistics.read((sql) => sql`SELECT pg_stat_reset()`);

    const again = await PostgresOrderRepository.open(url);
    const { value: page } = await again.listByCustomer('c')[Symbol.asyncIterator]().next();
    expect(page).toHaveLength(1);
    for (let i = 0; i < 32; i++) {
      await again.appendMessage({ orderId: `ord-${i}`, sender: 's', text: 't', createTime: new Date(), messageId: '' });
    }
    await again.close();
    await expect.poll(pagesOfItems).toBeGreaterThan(0);
    // A page of PostgreSQL has 8 KiB, and one order 128 KiB.
    expect(await pagesOfItems()).toBeLessThan(2 * 17);
    await statistics.close();
  });
});
