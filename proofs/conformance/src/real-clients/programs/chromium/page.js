// The script of the page of chromium-client.ts. Bodies are in base64.

/** Makes `count` calls at once. */
globalThis.makeCalls = (call, count) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const response = await start(call);
      const body = new Uint8Array(await response.arrayBuffer());
      expectHttp2();
      return body.toBase64();
    }),
  );

/** Starts `count` calls, and cancels all of them after the first bytes of each response. */
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

async function start({ path, type, body, barrier = 0 }, signal) {
  const headers = { 'content-type': type, 'x-barrier': `${barrier}` };
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
