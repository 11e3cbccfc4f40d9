import type { Network } from './network.ts';

/** A network of loopback addresses. It works on every system, and without privileges. */
export function loopback(): Network {
  return {
    name: 'loopback',
    wrongAddress: '127.0.0.99',
    addHost: (index) => ({ address: `127.0.0.${index + 1}`, launcher: [] }),
    [Symbol.dispose]() {},
  };
}
