import { readFileSync, rmSync } from 'node:fs';

/** The resources that a process holds after garbage collection. */
export interface ResourceUsage {
  readonly heapBytes: number;
  /** Memory outside of the heap, such as buffers. */
  readonly externalBytes: number;
  readonly residentBytes: number;
  /** The number of objects of each kind, in use or not. */
  readonly objects: Readonly<Record<ObjectKind, number>>;
  /** The resources that keep the process alive, by kind: `process.getActiveResourcesInfo()`. */
  readonly resources: Readonly<Record<string, number>>;
}

/** The usage of a process, and the path of a heap snapshot that has its objects. */
export type UsageReport = Omit<ResourceUsage, 'objects'> & { readonly snapshot: string };

/** Counts the objects of the snapshot, and removes it. */
export function usageOf({ snapshot, ...usage }: UsageReport): ResourceUsage {
  const objects = countObjects(readFileSync(snapshot, 'utf8'));
  rmSync(snapshot);
  return { ...usage, objects };
}

/**
 * The classes that are counted, by patterns of their names, so that no internal class of a package is imported. A
 * leaked connection keeps its socket, and a leaked call keeps its stream.
 */
const kinds = {
  connections: /Connection$/,
  streams: /Stream$/,
  calls: /Call$/,
  sockets: /^(?:TLS)?Socket$/,
  timers: /^Timeout$/,
} as const;

export type ObjectKind = keyof typeof kinds;

/** The parts of a heap snapshot that are read here. */
interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] };
  };
  /** The fields of all nodes, one node after the other. */
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** Counts the objects of each kind in a heap snapshot. The prototypes of the classes count too. */
export function countObjects(snapshotJson: string): Record<ObjectKind, number> {
  const { snapshot, nodes, strings } = JSON.parse(snapshotJson) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [typeAt, nameAt] = [fields.indexOf('type'), fields.indexOf('name')];
  const objectType = types[0].indexOf('object');
  const byName = new Map<number, number>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    if (nodes[at + typeAt] !== objectType) continue;
    const name = nodes[at + nameAt] as number;
    byName.set(name, (byName.get(name) ?? 0) + 1);
  }
  const count = (pattern: RegExp) =>
    [...byName].reduce((sum, [name, objects]) => sum + (pattern.test(strings[name] ?? '') ? objects : 0), 0);
  return Object.fromEntries(Object.entries(kinds).map(([kind, pattern]) => [kind, count(pattern)])) as Record<
    ObjectKind,
    number
  >;
}

/** The kinds of which there are more objects than before, such as `3 streams`. */
export function leftBehind({ objects }: ResourceUsage, before: ResourceUsage): string[] {
  return Object.entries(objects).flatMap(([kind, count]) => {
    const more = count - before.objects[kind as ObjectKind];
    return more > 0 ? [`${more} ${kind}`] : [];
  });
}
