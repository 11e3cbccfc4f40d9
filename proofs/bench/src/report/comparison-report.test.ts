import { describe, expect, it } from 'vitest';
import { balancingReport, encodingReport, restReport } from './comparison-report.ts';
import { startRelay } from './counting-relay.ts';
import { restBase } from './rest.ts';

const message = 'a note of 1 line';

describe('a comparison has a table and a plot', () => {
  it('of protobuf and JSON', () => {
    const { markdown, chart } = encodingReport({
      sizes: [{ message, codec: 'protobuf', bytes: 1_091, gzipBytes: 110 }],
      times: [
        {
          ...{ language: 'Go', message, codec: 'protobuf' },
          ...{ encode: { ns: 1_000, toJson: 0.25 }, decode: { ns: 2_000, toJson: 1 } },
        },
        {
          ...{ language: 'Go', message, codec: 'JSON' },
          ...{ encode: { ns: 4_000, toJson: 1 }, decode: { ns: 2_000, toJson: 1 } },
        },
      ],
    });
    expect(markdown).toContain('| a note of 1 line | protobuf | 1,091 | 110  |');
    expect(markdown).toContain(
      '| Go       | a note of 1 line | protobuf | 1,000      | 0.250  | 2,000      | 1.00   |',
    );
    // The longest bar has the whole width, the other one half of it.
    expect([...chart.matchAll(/<rect [^>]*width="(\d+)"/g)].map(([, width]) => width)).toEqual(['190', '380']);
    expect(chart).toContain('>3.0 µs<');
  });

  it('of gRPC and REST', () => {
    const figures = { rate: 100_000, latency: 92.4, bytesSent: 30, bytesReceived: 60 };
    const alone = { name: 'gRPC & more', ...figures };
    const { markdown, chart } = restReport([alone, { ...figures, name: restBase, rate: 40_000 }]);
    expect(markdown).toContain('| 100,000 | 2.50   | 92                     | 1.00   |');
    expect(restReport([alone]).markdown).toContain('| 100,000 | –      | 92                     | –      |');
    expect(chart).toContain('gRPC &amp; more');
  });

  it('of the ways of balancing', () => {
    const { markdown, chart } = balancingReport([
      { way: 'one Envoy', event: 'nothing', failedShare: 0, p99: 49, share: 0.333 },
      { way: 'one Envoy', event: 'gone', failedShare: 0.001, p99: 51.4, share: 0 },
    ]);
    expect(markdown).toContain('| gone                     | one Envoy   | < 1 %  | 51      | 0 % ');
    expect(markdown).toContain('| like the others          | one Envoy   | 0 %    | < 50    | 33 % ');
    expect(chart).not.toContain('nothing');
  });
});

it('counts the bytes of a call in both directions', async () => {
  const { createServer } = await import('node:http');
  const server = createServer((_, response) => response.end('x'.repeat(1_000))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  await using relay = await startRelay(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  await (await fetch(relay.url, { method: 'POST', body: 'y'.repeat(500), headers: { connection: 'close' } })).text();
  server.close();
  expect(relay.bytes.sent).toBeGreaterThan(500);
  expect(relay.bytes.received).toBeGreaterThan(1_000);
});
