import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v2';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, noEnvoy, openBrowser, openPage, transportLabels, visitPage } from './browser.ts';
import { type Site, startSite } from './site.ts';

describe.skipIf(noBrowser)('the page', () => {
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), openBrowser()]);
    for (let user = 0; user < 12; user++) {
      await users().createUser({ user: { name: `Person ${user}`, email: 'p@example.com' } });
    }
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  const users = () => createClient(UserService, createGrpcTransport({ baseUrl: site.users.url }));
  const orders = () => createClient(OrderService, createGrpcTransport({ baseUrl: site.orders.url }));

  const visit = (page: Page, path: string) => visitPage(page, site.origin, path);

  describe.each(transportLabels)('by %s', (transport) => {
    let page: Page;
    let problems: readonly string[];
    beforeAll(async () => {
      ({ page, problems } = await openPage(browser));
      await visit(page, '/nowhere');
      await page.getByText(transport, { exact: true }).click();
    });
    afterAll(() => page?.context().close());

    it('creates, shows and lists a user, and changes only the fields that the form changed', async () => {
      await visit(page, '/users');
      await page.getByRole('link', { name: 'New user' }).click();
      await page.getByLabel('Name').fill('Saoirse Byrne');
      await page.getByLabel('Email').fill('saoirse@example.com');
      await page.getByLabel('Age').fill('41');
      await page.getByRole('combobox', { name: 'Roles' }).fill('editor');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Create user' }).click();
      await page.getByRole('heading', { name: 'Saoirse Byrne' }).waitFor();
      const id = (await page.getByText(/^usr-\d+$/).textContent()) ?? '';
      const { user } = await users().getUser({ id });
      expect(user).toMatchObject({ email: 'saoirse@example.com', age: 41, roles: ['editor'] });

      // Another client changes the age in the meantime.
      await users().updateUser({ user: { id, age: 42 }, updateMask: { paths: ['age'] } });
      await page.getByLabel('Name').fill('Saoirse B.');
      await page.getByLabel('City').fill('Cork');
      await page.getByText('Will change name, address.city').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved').waitFor();
      expect((await users().getUser({ id })).user).toMatchObject({
        name: 'Saoirse B.',
        age: 42,
        address: { city: 'Cork', street: '' },
      });
      await page.getByRole('link', { name: 'Users', exact: true }).first().click();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('link', { name: 'Saoirse B.' }).first().waitFor();
      expect(problems).toEqual([]);
    });

    it('pages through the users', async () => {
      await visit(page, '/users');
      const first = await names(page);
      expect(first).toHaveLength(10);
      await page.getByRole('button', { name: 'Next' }).click();
      await expect.poll(() => page.getByText('Page 2', { exact: true }).count()).toBe(1);
      await expect.poll(() => names(page)).not.toEqual(first);
      await page.getByRole('button', { name: 'Previous' }).click();
      await expect.poll(() => names(page)).toEqual(first);
      expect(problems).toEqual([]);
    });

    it('creates an order with items and takes it through its states', async () => {
      const customer = `c-${transport}`;
      await visit(page, `/customers/${customer}`);
      await page.getByText('No orders yet').waitFor();
      await page.getByRole('link', { name: 'New order' }).click();
      await page.getByLabel('Product').fill('tea-bag');
      await retype(page, 'Quantity', '3');
      await retype(page, 'Price of one', '.1');
      await page.getByRole('button', { name: 'Add item' }).click();
      const second = page.getByRole('group', { name: 'Item 2' });
      await second.getByLabel('Product').fill('cup');
      await second.getByLabel('Price of one').fill('12.5');
      await page.getByRole('button', { name: 'Create order' }).click();
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('button', { name: 'Mark as shipped' }).click();
      await expect.poll(() => page.getByRole('button', { name: 'Mark as shipped' }).count()).toBe(0);
      await page.getByRole('link', { name: `Orders of ${customer}` }).click();
      await page.getByText('1 order', { exact: true }).waitFor();
      expect(await page.getByRole('row').nth(1).textContent()).toMatch(/2 items.*Shipped.*12\.80/);
      for await (const { items } of orders().listOrders({ customerId: customer })) {
        expect(items).toMatchObject([
          { productId: 'tea-bag', quantity: 3, unitPrice: 0.1 },
          { productId: 'cup', quantity: 1, unitPrice: 12.5 },
        ]);
      }
      expect(problems).toEqual([]);
    });

    it('shows the time and the bytes of each call', async () => {
      await visit(page, '/users/usr-1');
      await page
        .getByRole('complementary', { name: 'Calls' })
        .getByText(/GetUser.*OK.*s.*sent.*received/)
        .waitFor();
      await page.getByRole('link', { name: 'All calls' }).click();
      const latest = page.getByRole('row', { name: /GetUser/ }).first();
      expect(await latest.textContent()).toMatch(new RegExp(`${transport}OK[\\d.]+ m?s[1-9]\\d* B[1-9]\\d* B$`));
    });
  });

  it('compares the transports', async () => {
    const { page, problems } = await openPage(browser);
    await visit(page, '/calls');
    await page.getByRole('button', { name: 'Compare' }).click();
    const rows = page.getByRole('table', { name: 'Comparison' }).locator('tbody tr');
    await rows.nth(transportLabels.length - 1).waitFor();
    const texts = await rows.allTextContents();
    expect(texts).toEqual(
      transportLabels.map((label) =>
        expect.stringMatching(new RegExp(`^${label}.*[\\d.]+ m?s[1-9]\\d* B[1-9][\\d,]* B$`)),
      ),
    );
    expect(problems).toEqual([]);
  });

  it('shows orders while they stream, the newest first', async () => {
    const service = orders();
    await Promise.all(Array.from({ length: 300 }, () => service.createOrder({ customerId: 'many' })));
    const { page, problems } = await openPage(browser);
    // The stream pauses after its first part, so that the test can look at the part that has arrived.
    const { promise: goOn, resolve: letGo } = Promise.withResolvers<void>();
    await page.exposeFunction('untilLetGo', () => goOn);
    await page.addInitScript(slowDown);
    await page.goto(`${site.origin}/#/customers/many`);
    await page.getByText(/^\d+ orders? so far$/).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(1);
    expect(await page.getByText('Streaming').count()).toBe(1);
    letGo();
    await page.getByText('300 orders', { exact: true }).waitFor();
    expect(await page.getByText('Complete').count()).toBe(1);
    await page.getByRole('button', { name: 'Show 50 more' }).click();
    expect(await page.getByRole('row').count()).toBe(101);
    expect(problems).toEqual([]);
  });

  it('keeps what was typed while another transport loads the user, whom others have changed', async () => {
    const { page, problems } = await openPage(browser);
    const { user } = await users().createUser({ user: { name: 'Draft', email: 'draft@example.com', age: 30 } });
    await visit(page, `/users/${user?.id}`);
    await page.getByLabel('Name').fill('Typed');
    await users().updateUser({ user: { id: user?.id ?? '', age: 31 }, updateMask: { paths: ['age'] } });
    const loaded = page.waitForResponse(/GetUser$/);
    await page.getByText('gRPC-Web', { exact: true }).click();
    await loaded;
    await page.getByText(/^Will change name$/).waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('Typed');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    expect((await users().getUser({ id: user?.id ?? '' })).user).toMatchObject({ name: 'Typed', age: 31 });
    expect(problems).toEqual([]);
  });

  it('stops a stream on request', async () => {
    const { page, problems } = await openPage(browser);
    const { promise: goOn, resolve: letGo } = Promise.withResolvers<void>();
    await page.exposeFunction('untilLetGo', () => goOn);
    await page.addInitScript(slowDown);
    await orders().createOrder({ customerId: 'stop' });
    await page.goto(`${site.origin}/#/customers/stop`);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('main').getByText('Stopped').first().waitFor();
    letGo();
    await page.getByRole('complementary', { name: 'Calls' }).getByText('Canceled').waitFor();
    expect(problems).toEqual([]);
  });

  it('is used with the keyboard alone', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site.origin}/#/users`);
    await page.getByRole('link', { name: 'Aoife' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('New user');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Aoife' }).waitFor();
    await expect.poll(() => focused(page)).toBe('Aoife');
    await page.getByRole('button', { name: 'Sign in' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => focused(page)).toBe('Sign in');
  });

  it("has a second page that uses Google's grpc-web client", async () => {
    await orders().createOrder({
      customerId: 'usr-2',
      items: [{ productId: 'cup', quantity: 2, unitPrice: 1.25 }],
    });
    const { page, problems } = await openPage(browser);
    await page.goto(`${site.origin}/grpc-web.html`);
    await page.getByLabel('User').fill('usr-2');
    await page.getByRole('button').click();
    await page.getByText('Cillian has 1 order of 2.50 in all.').waitFor();
    await page.getByLabel('User').fill('usr-999');
    await page.getByRole('button').click();
    await page.getByText('NOT_FOUND: there is no user').waitFor();
    if (noEnvoy === undefined) {
      await page.getByLabel('through Envoy').check();
      await page.getByLabel('User').fill('usr-2');
      await page.getByRole('button').click();
      await page.getByText('Cillian has 1 order of 2.50 in all.').waitFor();
    }
    expect(problems).toEqual([]);
  });
});

async function names(page: Page): Promise<string[]> {
  await page.getByRole('row').nth(1).waitFor();
  return await page.locator('.row-link').allTextContents();
}

/** Types a number key by key. Meanwhile the field contains texts that are not numbers, such as the empty text. */
async function retype(page: Page, label: string, value: string): Promise<void> {
  await page.getByLabel(label).press('ControlOrMeta+A');
  await page.keyboard.press('Backspace');
  await page.keyboard.type(value);
}

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.textContent');
}

/**
 * A script of the page that splits a list of orders into two parts. The second part arrives when `untilLetGo` resolves.
 */
const slowDown = `
  const fetchAtOnce = fetch;
  globalThis.fetch = async (url, init) => {
    const response = await fetchAtOnce(url, init);
    if (!String(url).endsWith('/ListOrders')) return response;
    let isFirst = true;
    const parts = new TransformStream({
      async transform(chunk, controller) {
        if (!isFirst) await untilLetGo();
        isFirst = false;
        const half = Math.floor(chunk.byteLength / 2);
        controller.enqueue(chunk.subarray(0, half));
        await untilLetGo();
        controller.enqueue(chunk.subarray(half));
      },
    });
    return new Response(response.body.pipeThrough(parts), response);
  };`;
