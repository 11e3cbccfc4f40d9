import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { type ExampleEnvoy, startExampleEnvoy } from '@example/kit/example-envoy';
import { freePort } from '@example/kit/programs';
import { OrderService, OrderStatus } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v2';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, noEnvoy, openBrowser, openPage, transportLabels, visitPage } from './browser.ts';
import { type Service, startService } from './services.ts';
import { type Site, startSite } from './site.ts';

describe.skipIf(noBrowser)('an error', () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  const users = () => createClient(UserService, createGrpcTransport({ baseUrl: site.users.url }));
  const orders = () => createClient(OrderService, createGrpcTransport({ baseUrl: site.orders.url }));

  async function ordersOf(customerId: string): Promise<number> {
    let count = 0;
    for await (const _ of orders().listOrders({ customerId })) count += 1;
    return count;
  }

  const visit = (page: Page, path: string) => visitPage(page, site.origin, path);

  /** Opens the page, and chooses a transport. */
  async function open(transport: string): Promise<Page> {
    const { page } = await openPage(browser);
    await visit(page, '/nowhere');
    await page.getByText(transport, { exact: true }).click();
    return page;
  }

  describe.each(transportLabels)('by %s', (transport) => {
    let page: Page;
    beforeAll(async () => {
      page = await open(transport);
    });
    afterAll(() => page?.context().close());

    it('is shown at each invalid field of a user', async () => {
      await visit(page, '/users/new');
      await page.getByLabel('Email').fill('not an address');
      await page.getByLabel('Age').fill('151');
      const roles = page.getByRole('combobox', { name: 'Roles' });
      for (const role of ['editor', 'Not a role']) {
        await roles.fill(role);
        await page.keyboard.press('Enter');
      }
      for (const part of ['Street and number', 'Postal code', 'City', 'Country']) {
        await page.getByLabel(part).fill('x'.repeat(201));
      }
      await page.getByRole('button', { name: 'Create user' }).click();
      await page.getByText('8 fields need a change').waitFor();
      expect(await errorsOf(page)).toEqual({
        Name: 'Must have 1 to 200 characters and no control characters',
        Email: 'Must be an address such as aoife@example.com of at most 254 characters',
        Age: 'Must be 0 to 150',
        Roles: expect.stringMatching(/^Number 2 must/),
        'Street and number': expect.stringMatching(/^Must/),
        'Postal code': expect.stringMatching(/^Must/),
        City: expect.stringMatching(/^Must/),
        Country: expect.stringMatching(/^Must/),
      });
      await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('name');
    });

    it('is shown at the invalid field of a change, and nothing is changed', async () => {
      await visit(page, '/users/usr-3');
      await page.getByLabel('Email').fill('nobody');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('One field needs a change').waitFor();
      expect(await errorsOf(page)).toEqual({ Email: expect.stringMatching(/^Must be an address/) });
      expect((await users().getUser({ id: 'usr-3' })).user?.email).toBe('niamh@example.com');
      await page.getByRole('button', { name: 'Discard' }).click();
      expect(await errorsOf(page)).toEqual({});
      expect(await page.getByLabel('Email').inputValue()).toBe('niamh@example.com');
    });

    it('is shown at the invalid item of an order', async () => {
      await visit(page, '/orders/new');
      await page.getByLabel('Product').fill('cup');
      await page.getByRole('button', { name: 'Add item' }).click();
      const second = page.getByRole('group', { name: 'Item 2' });
      await second.getByLabel('Quantity').fill('0');
      await second.getByLabel('Price of one').fill('-1');
      await page.getByRole('button', { name: 'Create order' }).click();
      await page.getByText('4 fields need a change').waitFor();
      expect(await errorsOf(page)).toEqual({
        'Customer id': expect.stringMatching(/^Must have 1 to 128/),
        Product: expect.stringMatching(/^Must have 1 to 128/),
        Quantity: expect.stringMatching(/^Must be/),
        'Price of one': expect.stringMatching(/^Must be/),
      });
      expect(await page.getByRole('group', { name: 'Item 1' }).locator('[aria-invalid=true]').count()).toBe(0);
    });

    it('is shown in place of a missing user or order', async () => {
      await visit(page, '/users/usr-999');
      await page.getByRole('alert').getByText('There is no user').waitFor();
      await visit(page, '/orders/ord-none');
      await page.getByRole('alert').getByText('There is no order "ord-none"').waitFor();
      await visit(page, '/users/zzz');
      await page.getByRole('alert').getByText('The request was not valid').waitFor();
      await visit(page, `/customers/${'x'.repeat(129)}`);
      await page.getByRole('alert').getByText('The request was not valid').waitFor();
      await page.getByText('Failed', { exact: true }).waitFor();
      await visit(page, '/nowhere');
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    });

    it('explains that the status of an order has changed, and shows the present status', async () => {
      const { id } = await orders().createOrder({ customerId: 'c-1' });
      await visit(page, `/orders/${id}`);
      await page.getByRole('button', { name: 'Confirm' }).waitFor();
      for (const status of [OrderStatus.CONFIRMED, OrderStatus.SHIPPED]) {
        await orders().updateOrderStatus({ id, status });
      }
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('alert').getByText('This is not possible now').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('[aria-current=step]', { hasText: 'Shipped' }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    it('explains that a request id was used before, and creates nothing', async () => {
      const customerId = `again-${transport}`;
      await page.evaluate('const id = crypto.randomUUID(); crypto.randomUUID = () => id');
      for (const product of ['cup', 'tea-bag']) {
        await visit(page, `/orders/new/${customerId}`);
        await page.getByLabel('Product').fill(product);
        await page.getByRole('button', { name: 'Create order' }).click();
        if (product === 'cup') await page.getByRole('button', { name: 'Confirm' }).waitFor();
      }
      await page.getByRole('alert').getByText('Done before').waitFor();
      await page.evaluate('delete crypto.randomUUID');
      expect(await ordersOf(customerId)).toBe(1);
    });
  });

  describe('of a service that fails', () => {
    /** A service that accepts only short messages, and whose store has lost a table. */
    let failing: Service;
    let envoy: ExampleEnvoy | undefined;
    /** A port on which no service listens. */
    let nobody: number;

    beforeAll(async () => {
      failing = await startService('user-service', site.origin, { MAX_MESSAGE_BYTES: '1000' });
      using store = new DatabaseSync(failing.storePath);
      store.exec('DROP TABLE users');
      nobody = await freePort();
      const upstreams = { 'user-service': [failing.port], 'order-service': [nobody] };
      envoy = noEnvoy ? undefined : await startExampleEnvoy({ upstreams, origins: [site.origin] });
    });
    afterAll(async () => {
      await envoy?.[Symbol.asyncDispose]();
      await failing?.[Symbol.asyncDispose]();
    });

    it.each(transportLabels)('is shown by %s', async (transport) => {
      const page = await open(transport);
      await redirect(page, site.users.url, failing.port);
      await redirect(page, site.orders.url, nobody);
      if (site.envoyUrl && envoy) await redirect(page, site.envoyUrl, envoy.port);
      await visit(page, '/users');
      await page.getByRole('alert').getByText('The service has a bug').waitFor();
      const text = await page.getByRole('alert').textContent();
      expect(text).toMatch(/Report it with this text: internal error \(error [\da-f-]{36}\)/);
      expect(text).not.toContain('table');
      await visit(page, '/users/new');
      await page.getByLabel('Name').fill('x'.repeat(1_000));
      await page.getByRole('button', { name: 'Create user' }).click();
      await page.getByRole('alert').getByText('Too large').waitFor();
      await visit(page, '/orders/ord-1');
      await page.getByRole('alert').getByText('The service cannot be reached').waitFor();
      await page.context().close();
    });

    it('that has no such method is shown with its text', async () => {
      const page = await open('Connect');
      await redirect(page, site.users.url, site.orders.port);
      await visit(page, '/users/usr-1');
      await page.getByRole('alert').getByText('The call failed').waitFor();
      await page.getByRole('alert').getByText('Unimplemented').waitFor();
      await page.context().close();
    });
  });

  it('in a lost response does not make a second order', async () => {
    const page = await open('Connect');
    await visit(page, '/orders/new/once');
    let lost = 0;
    await page.route(/CreateOrder$/, async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return await route.continue();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    await page.getByLabel('Product').fill('cup');
    await page.getByRole('button', { name: 'Create order' }).click();
    await page.getByRole('alert').getByText('The service cannot be reached').waitFor();
    await page.getByRole('button', { name: 'Create order' }).click();
    await page.getByRole('button', { name: 'Confirm' }).waitFor();
    expect([lost, await ordersOf('once')]).toEqual([1, 1]);
  });

  it('explains a service that takes too long', async () => {
    const { page } = await openPage(browser);
    await page.clock.install();
    await page.route(/GetUser$/, () => {});
    await page.goto(`${site.origin}/#/users/usr-1`);
    await page.getByText('Loading the user').waitFor({ state: 'attached' });
    await page.clock.runFor(11_000);
    await page.getByRole('alert').getByText('The service took too long').waitFor();
  });

  it('of the network can be tried again', async () => {
    const page = await open('Connect');
    await page.clock.install();
    await visit(page, '/orders');
    await page.getByRole('link', { name: /Aoife/ }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('alert').getByText('The service cannot be reached').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'Aoife' }).waitFor();
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    await page.context().setOffline(true);
    // Makes the loaded users stale.
    await page.clock.fastForward(2_000);
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('alert').getByText('The service cannot be reached').waitFor();
    await page.getByRole('link', { name: 'Aoife' }).waitFor();
  });

  it('of the rate limit is retried if that is safe, and otherwise names the time to wait', async () => {
    await using limited = await startService('user-service', site.origin, { CALLS_PER_SECOND: '1', CALL_BURST: '2' });
    const page = await open('Connect');
    await redirect(page, site.users.url, limited.port);
    await visit(page, '/users/new');
    await page.getByLabel('Name').fill('Saoirse');
    await page.getByLabel('Email').fill('saoirse@example.com');
    // These calls of a script use up the rate limit before the page makes its own.
    await page.evaluate(`
      const url = '${site.users.url}/user.v1.UserService/ListUsers';
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      for (let call = 0; call < 12; call++) fetch(url, init);
      document.querySelector('button[type=submit]').click();`);
    await page.getByRole('alert').getByText('Too many calls').waitFor();
    await page.getByRole('link', { name: 'Users', exact: true }).first().click();
    await page.getByRole('link', { name: 'Aoife' }).waitFor();
  });

  it('rejects pages of other origins', async () => {
    const foreign = new URL(site.origin);
    foreign.hostname = 'foreign.localhost';
    const { page, problems } = await openPage(browser);
    await page.goto(`${foreign.origin}/#/users`);
    await page.getByRole('alert').getByText('The service cannot be reached').waitFor();
    await page.goto(`${foreign.origin}/#/users/new`);
    await page.getByLabel('Name').fill('Mallory');
    await page.getByLabel('Email').fill('mallory@example.com');
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('alert').getByText('The service cannot be reached').waitFor();
    expect(problems.join('\n')).toContain('has been blocked by CORS policy');
    const { users: all } = await users().listUsers({ pageSize: 1_000 });
    expect(all.map(({ name }) => name)).not.toContain('Mallory');
  });

  it('rejects inline scripts and styles, and calls to other origins', async () => {
    const { page, problems } = await openPage(browser);
    await page.goto(site.origin);
    await page.getByRole('link', { name: 'Aoife' }).waitFor();
    expect(problems).toEqual([]);
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'document.title = "injected"';
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.head.append(script, style);`);
    expect(await page.title()).toBe('Users · Example');
    expect(await page.evaluate('getComputedStyle(document.body).display')).not.toBe('none');
    await page.evaluate('fetch("http://localhost:1/").catch(() => {})');
    const directives = new Set(problems.map((text) => /directive:? ["']([\w-]+) /.exec(text)?.[1]));
    expect([...directives]).toEqual(expect.arrayContaining(['script-src', 'style-src', 'connect-src']));
  });
});

/** Sends the calls of a page to another port, which allows the origin of the page. */
async function redirect(page: Page, from: string, port: number): Promise<void> {
  await page.route(`${from}/**`, (route) => {
    const url = new URL(route.request().url());
    url.port = `${port}`;
    return route.continue({ url: url.href });
  });
}

/** The error texts at invalid fields, by the labels of the fields. */
function errorsOf(page: Page): Promise<Record<string, string>> {
  return page.evaluate(`Object.fromEntries(
    [...document.querySelectorAll('[aria-invalid=true]')].map((input) => {
      const texts = input.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id));
      const error = texts.find((element) => element?.id.endsWith('error'));
      return [input.labels[0].textContent.replace(/ \\*$/, ''), error.textContent];
    }),
  )`);
}
