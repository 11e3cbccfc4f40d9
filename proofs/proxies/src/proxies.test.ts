import { ToolchainMissingError } from '@example/kit/toolchains';
import { describe, expect, it } from 'vitest';
import { protocols } from './command.ts';
import { type FrontProxy, proxies } from './proxies.ts';
import { run } from './run.ts';

const calls = 1_000;

/** @returns the program to install; undefined when it is installed. Even CI lacks some of the proxies. */
function missing({ prepare }: FrontProxy): string | undefined {
  try {
    prepare();
    return undefined;
  } catch (error) {
    if (error instanceof ToolchainMissingError) return error.message;
    throw error;
  }
}

describe.each(proxies)('$name', (proxy) => {
  const why = missing(proxy);
  const title = why === undefined ? '' : `: ${why}`;
  it.skipIf(why !== undefined).each(protocols)(`loses no call of %s${title}`, async (protocol) => {
    const { failures, restarts } = await run(proxy, protocol, calls);
    expect(failures).toEqual([]);
    expect(restarts > 0).toBe(proxy.keepsConnections);
  });
});
