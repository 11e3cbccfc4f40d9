// What the page of chromium-client.ts does. Bodies are in base64.

/** Makes as many at once. */
globalThis.makeCalls = (call, count) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const answer = await start(call);
      const body = new Uint8Array(await answer.arrayBuffer());
      expectHttp2();
      return body.toBase64();
    }),
  );

/** Cancels as many at once, each of which has sent a part of its answer. */
globalThis.cancelCalls = async (call, count) => {
  const cancelling = new AbortController();
  const bodies = await Promise.all(
    Array.from({ length: count }, async () => {
      const { body } = await start(call, cancelling.signal);
      const reader = body.getReader();
      await reader.read();
      return reader;
    }),
  );
  cancelling.abort();
  await Promise.all(
    bodies.map(async (reader) => {
      const error = await reader.read().catch(({ name }) => name);
      if (error !== 'AbortError') throw new Error(`a cancelled call ended with ${error}`);
    }),
  );
  return [];
};

async function start({ path, type, body, gather = 0 }, signal) {
  const headers = { 'content-type': type, 'x-gather': `${gather}` };
  const response = await fetch(path, { method: 'POST', headers, body: Uint8Array.fromBase64(body), signal });
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  return response;
}

function expectHttp2() {
  const others = performance
    .getEntriesByType('resource')
    .map(({ nextHopProtocol }) => nextHopProtocol)
    .filter((protocol) => protocol !== '' && protocol !== 'h2');
  if (others.length > 0) throw new Error(`a call was made over ${others[0]}`);
}
