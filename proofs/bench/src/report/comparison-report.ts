import { markdownTable } from '@example/kit/markdown';
import { type BalancingFigures, events, measureBalancing } from './balancing.ts';
import { type BarGroup, barChart } from './bar-chart.ts';
import { type EncodingFigures, measureEncoding } from './encoding.ts';
import { measureRest, type RestFigures } from './rest.ts';

/** One comparison, with its table and its plot. */
export interface Comparison {
  readonly markdown: string;
  /** An SVG. */
  readonly chart: string;
}

export interface ComparisonOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Whether to measure a row, by the name of a language, a server or a way of balancing. */
  readonly isWanted: (name: string) => boolean;
  readonly print: (line: string) => void;
}

/** The comparisons by the names of `--only`, in the order in which they run. */
export const comparisons: Readonly<Record<string, (options: ComparisonOptions) => Promise<Comparison>>> = {
  encoding: async ({ seconds, isWanted }) => encodingReport(await measureEncoding(seconds, isWanted)),
  rest: async ({ rounds, seconds, isWanted }) => restReport(await measureRest(rounds, seconds, isWanted)),
  balancing: async ({ seconds, isWanted, print }) => balancingReport(await measureBalancing(seconds, isWanted, print)),
};

export function encodingReport({ sizes, times }: EncodingFigures): Comparison {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const sizeRows = sizes.map(({ message, codec, bytes, gzipBytes }) => [
    message,
    codec,
    number(bytes),
    number(gzipBytes),
  ]);
  const timeRows = times.map(({ language, message, codec, encode, decode }) => [
    language,
    message,
    codec,
    number(encode),
    number(decode),
  ]);
  const groups = [...Map.groupBy(times, ({ language, message }) => `${language}: ${message}`)].map(
    ([title, all]): BarGroup => ({
      title: `${title}, encode and decode`,
      bars: all.map(({ codec, encode, decode }) => ({
        label: codec,
        value: encode + decode,
        text: `${((encode + decode) / 1_000).toFixed(1)} µs`,
      })),
    }),
  );
  return {
    markdown: [
      markdownTable([['message', 'form', 'bytes', 'gzip']].concat(sizeRows)),
      markdownTable([['language', 'message', 'form', 'encode, ns', 'decode, ns']].concat(timeRows)),
    ].join('\n\n'),
    chart: barChart('Time to encode and decode a message', groups),
  };
}

export function restReport(figures: readonly RestFigures[]): Comparison {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const head = ['protocol and server', 'calls/s', 'one call at a time, µs', 'bytes sent', 'bytes received'];
  const rows = figures.map(({ name, callsPerSecond, latency, bytesSent, bytesReceived }) =>
    [name].concat([callsPerSecond, latency, bytesSent, bytesReceived].map(number)),
  );
  const group = (title: string, of: (one: RestFigures) => number, unit: string): BarGroup => ({
    title,
    bars: figures.map((one) => ({ label: one.name, value: of(one), text: `${number(of(one))} ${unit}` })),
  });
  const groups = [
    group('Calls a second (more is better)', (one) => one.callsPerSecond, 'calls/s'),
    group('One call at a time (less is better)', (one) => one.latency, 'µs'),
    group('Bytes of a call, both ways (less is better)', (one) => one.bytesSent + one.bytesReceived, 'bytes'),
  ];
  return { markdown: markdownTable([head, ...rows]), chart: barChart('GetUser by gRPC and as REST', groups) };
}

export function balancingReport(figures: readonly BalancingFigures[]): Comparison {
  const percent = (share: number) =>
    Number.isNaN(share) ? 'no calls' : `${(share * 100).toFixed(share > 0 && share < 0.01 ? 2 : 0)} %`;
  const head = ['one of three backends is', 'balanced by', 'failed', 'median, ms', 'p99, ms', 'calls to it, at last'];
  const rows = figures.map(({ way, event, failedShare, median, p99, share }) => [
    event === 'nothing' ? 'like the others' : event,
    way,
    percent(failedShare),
    median.toFixed(1),
    p99.toFixed(1),
    percent(share),
  ]);
  const groups = events.map((event): BarGroup => {
    const of = figures.filter((one) => one.event === event);
    const title = event === 'nothing' ? 'p99 while all backends are alike' : `p99 after one backend is ${event}`;
    return { title, bars: of.map(({ way, p99 }) => ({ label: way, value: p99, text: `${p99.toFixed(1)} ms` })) };
  });
  const sorted = rows.sort((a, b) => (a[0] as string).localeCompare(b[0] as string));
  return { markdown: markdownTable([head, ...sorted]), chart: barChart('Three ways of balancing', groups) };
}
