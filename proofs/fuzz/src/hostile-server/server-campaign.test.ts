import { type ClientConnectionOptions, type HeaderList, openConnection, type ResponseHandler } from '@example/http2';
import { expect, it } from 'vitest';
import { fuzzClient } from './server-campaign.ts';

/** A client whose handlers are not called as documented. */
function faulty(change: (handler: ResponseHandler) => Partial<ResponseHandler>) {
  return {
    openConnection(socket: Parameters<typeof openConnection>[0], options: ClientConnectionOptions) {
      const connection = openConnection(socket, options);
      const request = connection.request.bind(connection);
      connection.request = (headers: HeaderList, more, handler, end) =>
        request(headers, more, Object.assign(Object.create(handler), bound(handler), change(handler)), end);
      return connection;
    },
  };
}

function bound(handler: ResponseHandler): ResponseHandler {
  return {
    onHeaders: (headers) => handler.onHeaders(headers),
    onData: (chunk, start, end) => handler.onData(chunk, start, end),
    onEnd: (trailers) => handler.onEnd(trailers),
    onDrain: () => handler.onDrain(),
    onClose: (reason) => handler.onClose(reason),
  };
}

it('finds nothing in the client of @example/http2', async () => {
  const { frames, cases, faults } = await fuzzClient({ seed: 1, frames: 20_000 });
  expect(faults).toEqual([]);
  expect(frames).toBeGreaterThanOrEqual(20_000);
  expect(cases).toBeGreaterThan(100);
});

const planted: Record<string, (handler: ResponseHandler) => Partial<ResponseHandler>> = {
  'a lost byte': (handler) => ({
    onData: (chunk, start, end) => handler.onData(chunk, start, Math.max(start + 1, end - 1)),
  }),
  'lost trailers': (handler) => ({ onEnd: () => handler.onEnd(undefined) }),
  'a second onClose': (handler) => ({
    onClose: (reason) => {
      handler.onClose(reason);
      handler.onClose(reason);
    },
  }),
  'an exception': () => ({
    onEnd: () => {
      throw new Error('planted');
    },
  }),
};

it.each(Object.entries(planted))('finds %s', async (_name, change) => {
  const { faults } = await fuzzClient({ engine: faulty(change), seed: 1, frames: 20_000 });
  expect(faults).not.toEqual([]);
});
