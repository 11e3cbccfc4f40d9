import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { root } from '@example/kit/root';
import { OrderService, OrderStatus } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v2';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, openBrowser, openPage, visitPage } from './browser.ts';
import { type Site, startSite } from './site.ts';

const longName = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(6).slice(0, 200);
const longId = 'longest-possible-id-'.repeat(7).slice(0, 128);

/** The screenshots of the last run, for people to look at. */
const folder = join(root, 'node_modules/.cache/browser');

/** The states of the page to check, each with the steps that lead to it. */
const screens: Readonly<Record<string, (page: Page, open: (path: string) => Promise<unknown>) => Promise<unknown>>> = {
  async users(page, open) {
    await open('/users');
    await page.getByRole('link', { name: 'Aoife' }).waitFor();
  },
  async 'users-loading'(page, open) {
    await page.route(/ListUsers$/, () => {});
    await open('/users');
    await page.getByText('Loading users').waitFor({ state: 'attached' });
  },
  async 'users-failed'(page, open) {
    await page.route(/ListUsers$/, (route) => route.abort());
    await open('/users');
    await page.getByRole('alert').waitFor();
  },
  async 'user-edit'(page, open) {
    await open('/users/usr-4');
    await page.getByLabel('City').fill('Galway');
  },
  async 'user-errors'(page, open) {
    await open('/users/new');
    await page.getByLabel('Email').fill('not an address');
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByText('2 fields need a change').waitFor();
  },
  async 'orders-ask'(page, open) {
    await open('/orders');
    await page.getByRole('link', { name: /Aoife/ }).waitFor();
  },
  async orders(page, open) {
    await open('/customers/usr-1');
    await page.getByText('Complete').waitFor();
  },
  async 'orders-empty'(page, open) {
    await open('/customers/usr-2');
    await page.getByText('No orders yet').waitFor();
  },
  async order(page, open) {
    await open('/customers/usr-1');
    await page.locator('.row-link').nth(1).click();
    await page.getByRole('button', { name: 'Mark as shipped' }).waitFor();
  },
  async 'order-errors'(page, open) {
    await open('/orders/new/usr-1');
    await page.getByRole('button', { name: 'Add item' }).click();
    await page.getByLabel('Product').first().fill('tea-bag');
    await page.getByRole('button', { name: 'Create order' }).click();
    await page.getByText('One field needs a change').waitFor();
  },
  async 'not-found'(page, open) {
    await open('/orders/ord-none');
    await page.getByRole('alert').waitFor();
  },
  async calls(page, open) {
    await open('/calls');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('table', { name: 'Comparison' }).waitFor();
  },
  async 'sign-in'(page, open) {
    await open('/users');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: /^Developer/ }).waitFor();
  },
  async 'long-name'(page, open) {
    await open('/users');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('link', { name: longName }).waitFor();
  },
  async 'long-user'(page, open) {
    await open('/users/usr-13');
    await page.getByRole('heading', { name: longName }).waitFor();
  },
  async 'long-order'(page, open) {
    await open(`/customers/${longId}`);
    await page.locator('.row-link').click();
    await page.getByText(longId).first().waitFor();
  },
};

describe.skipIf(noBrowser)('the page looks right', () => {
  let site: Site;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    const accounts = [
      { name: 'Developer', description: 'May do everything', token: 'a.e30.c' },
      { name: 'Aoife', description: 'A customer: her own orders', token: 'a.e30.c' },
    ];
    [site, browser] = await Promise.all([startSite(accounts), openBrowser()]);
    const users = createClient(UserService, createGrpcTransport({ baseUrl: site.users.url }));
    const address = { street: '12 Harbour Row', city: 'Cobh', country: 'Ireland', zipCode: 'P24 AB12' };
    const people = ['Saoirse Byrne', 'Tadhg Ó Murchú', 'Maximiliana Wolfeschlegelsteinhausen', 'Ana', '李小龙'];
    const others = ['Fionn Kelly', 'Orla Ní Bhriain', 'Bo', 'Zoë Delacroix', longName];
    for (const [index, name] of [...people, ...others].entries()) {
      const email = `person.${index}@example.com`;
      await users.createUser({ user: { name, email, age: 30 + index, roles: ['editor', 'support'], address } });
    }
    const orders = createClient(OrderService, createGrpcTransport({ baseUrl: site.orders.url }));
    for (const [index, unitPrice] of [0.1, 12.5, 1_299].entries()) {
      const items = [
        { productId: 'tea-bag', quantity: 3 * (index + 1), unitPrice },
        { productId: 'cup', quantity: 1 },
      ];
      const { id } = await orders.createOrder({ customerId: 'usr-1', items });
      const steps = [OrderStatus.CONFIRMED, OrderStatus.SHIPPED].slice(0, 2 - index);
      for (const status of steps) await orders.updateOrderStatus({ id, status });
    }
    await orders.createOrder({
      customerId: longId,
      items: [{ productId: longId, quantity: 1_000, unitPrice: 12.345 }],
    });
    ({ page } = await openPage(browser));
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  /** The looks in which each screen is checked. The page changes its look without being reloaded. */
  const looks = [
    // Each finding of axe depends on only one of color and width.
    { colorScheme: 'light', width: 1_280, hasAxe: true },
    { colorScheme: 'light', width: 360, hasAxe: false },
    { colorScheme: 'dark', width: 1_280, hasAxe: false },
    { colorScheme: 'dark', width: 360, hasAxe: true },
  ] as const;

  async function look(page: Page, name: string): Promise<void> {
    for (const { colorScheme, width, hasAxe } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), animations: 'disabled' });
      expect(await clippedElements(page), `clipped at a width of ${width}`).toEqual([]);
      if (hasAxe) expect(await violationsOf(page), `in ${colorScheme} colors`).toEqual([]);
    }
  }

  it.each(Object.entries(screens))('in %s', async (name, show) => {
    await page.unrouteAll();
    // Unloads the page. Otherwise it would keep responses that it cached for earlier screens.
    await page.goto('about:blank');
    await show(page, (path) => visitPage(page, site.origin, path));
    await look(page, name);
  });

  it('without motion for people who want none', async () => {
    const { page: still } = await openPage(browser);
    await screens['users-loading']?.(still, (path) => visitPage(still, site.origin, path));
    const moving = () => still.evaluate('document.getAnimations().length');
    expect(await moving()).toBeGreaterThan(0);
    await still.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving()).toBe(0);
  });

  it("in the page with Google's client", async () => {
    await page.goto(`${site.origin}/grpc-web.html`);
    await page.getByRole('button').click();
    await page.getByText('Aoife has 3 orders').waitFor();
    await look(page, 'grpc-web');
  });
});

/** The violations that axe reports, of any severity. The page has no frames, which the legacy mode cannot check. */
async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Elements that are narrower than their content, so that a part of it cannot be seen. */
function clippedElements(page: Page): Promise<string[]> {
  return page.evaluate(`
    [document.documentElement, ...document.querySelectorAll('.card, .top-inner, .call-bar-inner, .notice')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => element.className || element.localName)`);
}
