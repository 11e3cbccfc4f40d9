import { Socket } from 'node:net';
import { queryObjects } from 'node:v8';
import { ServerStream } from '../../../../packages/http2/src/server/server-stream.ts';

/** What a process holds once all that can be collected is. */
export interface Holdings {
  readonly heapBytes: number;
  /** Outside of the heap, such as those of buffers. */
  readonly externalBytes: number;
  readonly residentBytes: number;
  /** How many there are of each, whether or not anything is under way on them. */
  readonly objects: Readonly<Record<ObjectKind, number>>;
  /** What keeps the process alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

const timer = setTimeout(() => {}, 0);
clearTimeout(timer);

/** To count one takes half a second. A connection that is kept keeps its socket, a call its stream. */
const classes = {
  streams: ServerStream,
  sockets: Socket,
  timers: timer.constructor,
} as const;

type ObjectKind = keyof typeof classes;

/** What there is more of than before, such as `3 streams`. The prototypes of subclasses count, and are there before. */
export function leftBehind({ objects }: Holdings, before: Holdings): string[] {
  return Object.entries(objects).flatMap(([kind, count]) => {
    const more = count - before.objects[kind as ObjectKind];
    return more > 0 ? [`${more} ${kind}`] : [];
  });
}

/** On SIGUSR2 a process, which must run with `--expose-gc`, writes its holdings as a line of JSON on standard output. */
export function sayHoldingsOnSignal(): void {
  process.on('SIGUSR2', () => {
    process.stdout.write(`${JSON.stringify({ holdings: holdings() })}\n`);
  });
}

function holdings(): Holdings {
  // Before memory is measured: to count is to collect first.
  const objects = mapValues(classes, (of) => queryObjects(of as never, { format: 'count' }) as number);
  globalThis.gc?.();
  const { heapUsed: heapBytes, external: externalBytes, rss: residentBytes } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return { heapBytes, externalBytes, residentBytes, objects, resources };
}

function mapValues<K extends string, V, R>(record: Readonly<Record<K, V>>, map: (value: V) => R): Record<K, R> {
  return Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, map(value)])) as Record<K, R>;
}
