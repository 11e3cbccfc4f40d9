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
  encoding: async ({ rounds, seconds, isWanted }) => encodingReport(await measureEncoding(rounds, seconds, isWanted)),
  rest: async ({ rounds, seconds, isWanted }) => restReport(await measureRest(rounds, seconds, isWanted)),
  balancing: async ({ seconds, isWanted, print }) => balancingReport(await measureBalancing(seconds, isWanted, print)),
};

export function encodingReport({ sizes, times }: EncodingFigures): Comparison {
  const sizeRows = sizes.map(({ message, codec, bytes, gzipBytes }) => [
    message,
    codec,
    whole(bytes),
    whole(gzipBytes),
  ]);
  const timeHead = ['language', 'message', 'form', 'encode, ns', '× JSON', 'decode, ns', '× JSON'];
  const timeRows = times.map(({ language, message, codec, encode, decode }) => {
    const cells = [encode, decode].flatMap(({ ns, toJson }) => [whole(ns), ratio(toJson)]);
    return [language, message, codec, ...cells];
  });
  const groups = [...Map.groupBy(times, ({ language, message }) => `${language}: ${message}`)].map(
    ([title, all]): BarGroup => ({
      title: `${title}, encode and decode`,
      bars: all.map(({ codec, encode, decode }) => ({
        label: codec,
        value: encode.ns + decode.ns,
        text: `${((encode.ns + decode.ns) / 1_000).toFixed(1)} µs`,
      })),
    }),
  );
  return {
    markdown: [
      markdownTable([['message', 'form', 'bytes', 'gzip']].concat(sizeRows)),
      markdownTable([timeHead, ...timeRows]),
    ].join('\n\n'),
    chart: barChart('Time to encode and decode a message', groups),
  };
}

export function restReport(figures: readonly RestFigures[]): Comparison {
  const head = ['protocol and server', 'calls/s', '× REST', 'one call at a time, µs', '× REST', 'sent', 'received'];
  const rows = figures.map(({ name, rate, rateToBase, latency, latencyToBase, bytesSent, bytesReceived }) => {
    const times = [whole(rate), ratio(rateToBase), whole(latency), ratio(latencyToBase)];
    return [name, ...times, whole(bytesSent), whole(bytesReceived)];
  });
  const group = (title: string, of: (one: RestFigures) => number, unit: string): BarGroup => ({
    title,
    bars: figures.map((one) => ({ label: one.name, value: of(one), text: `${whole(of(one))} ${unit}` })),
  });
  const groups = [
    group('Calls a second of one core (more is better)', (one) => one.rate, 'calls/s'),
    group('One call at a time (less is better)', (one) => one.latency, 'µs'),
    group('Bytes of a call, both ways (less is better)', (one) => one.bytesSent + one.bytesReceived, 'bytes'),
  ];
  return { markdown: markdownTable([head, ...rows]), chart: barChart('GetUser by gRPC and as REST', groups) };
}

export function balancingReport(figures: readonly BalancingFigures[]): Comparison {
  const head = ['one of three backends is', 'balanced by', 'failed', 'p99, ms', 'calls to it, at last'];
  const inWords = (event: string) => (event === 'nothing' ? 'like the others' : event);
  const sorted = [...figures].sort((a, b) => inWords(a.event).localeCompare(inWords(b.event)));
  const rows = sorted.map(({ way, event, failedShare, p99, share }) => [
    inWords(event),
    way,
    percent(failedShare),
    milliseconds(p99),
    percent(share),
  ]);
  const groups = events.map((event): BarGroup => {
    const bars = figures.filter((one) => one.event === event);
    return {
      title: `p99 after one backend is ${event}`,
      bars: bars.map(({ way, p99 }) => ({ label: way, value: p99, text: `${milliseconds(p99)} ms` })),
    };
  });
  const slow = groups.filter(({ bars }) => bars.some(({ value }) => value >= leastMs));
  return { markdown: markdownTable([head, ...rows]), chart: barChart('Three ways of balancing', slow) };
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function ratio(value: number): string {
  return Number.isNaN(value) ? '–' : value.toPrecision(3);
}

/** Shorter times depend on the machine, not on the way of balancing. */
const leastMs = 50;

function milliseconds(ms: number): string {
  return ms < leastMs ? `< ${leastMs}` : whole(ms);
}

/** A share above zero but below 1 % comes from a few calls that happened to be under way. */
function percent(share: number): string {
  return share > 0 && share < 0.01 ? '< 1 %' : `${Math.round(share * 100)} %`;
}
