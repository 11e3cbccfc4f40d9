import { once } from 'node:events';
import { needProgram } from '@example/kit/toolchains';
import { chromium } from 'playwright-core';
import { getUser } from '../load/callers.ts';
import { callers, type Load, type LoadResult, pauseMs, timeoutMs } from '../load/load.ts';

/** Makes calls by gRPC-Web in a page of Chromium. */
export const callByChromium: Load = async (port, over) => {
  // Without the second argument, Chromium connects to servers of its vendor.
  const args = ['--no-sandbox', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath: needProgram('chromium'), args });
  try {
    const page = await browser.newPage();
    const url = `http://127.0.0.1:${port}/`;
    await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto(url);
    const result = page.evaluate<LoadResult>(script);
    // The result is awaited after the load.
    result.catch(() => {});
    if (!over.aborted) await once(over, 'abort');
    await page.evaluate('isOver = true');
    return await result;
  } finally {
    await browser.close();
  }
};

/**
 * Sends the message {"id":"1"} in an envelope. The response has two envelopes: the user, and the status as trailers.
 */
const script = `
  globalThis.isOver = false;
  const headers = { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' };
  const init = { method: 'POST', headers, body: Uint8Array.of(0, 0, 0, 0, 2, 8, 1) };
  const failures = [];
  let calls = 0;
  const caller = async () => {
    while (!isOver) {
      calls += 1;
      try {
        const response = await fetch('${getUser}', { ...init, signal: AbortSignal.timeout(${timeoutMs}) });
        const text = await response.text();
        if (!text.includes('Aoife') || !/grpc-status: *0/.test(text)) {
          failures.push('HTTP ' + response.status + ': ' + response.headers.get('grpc-message') + text);
        }
      } catch (error) {
        failures.push(error.message);
      }
      await new Promise((resolve) => setTimeout(resolve, ${pauseMs}));
    }
  };
  Promise.all(Array.from({ length: ${callers} }, caller)).then(() => ({ calls, failures }));
`;
