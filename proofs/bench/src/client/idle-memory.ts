import { markdownTable } from '@example/kit/markdown';
import { median, medianRatio } from '../median.ts';
import type { Peer } from '../server/peers.ts';
import { ServerProcess } from '../server/server-process.ts';
import type { ConnectionMemory } from './bench-client.ts';
import { rpcClient, type SubjectKind, subjects } from './bench-subjects.ts';

export type MemoryFigures = ReadonlyMap<SubjectKind, readonly ConnectionMemory[]>;

/** Measures the memory of an idle connection in each client on Node, in a new process for each round. */
export async function idleMemory(peer: Peer, rounds: number): Promise<MemoryFigures> {
  const server = await ServerProcess.start(peer);
  try {
    const { host } = new URL(server.url);
    const figures = new Map<SubjectKind, ConnectionMemory[]>();
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) {
        if (subject.connectionMemory === undefined) continue;
        const measured = await subject.connectionMemory(host);
        figures.set(subject, [...(figures.get(subject) ?? []), measured]);
      }
    }
    return figures;
  } finally {
    await server.end();
  }
}

export function memoryTable(figures: MemoryFigures): string {
  const kilobytes = (bytes: readonly number[]) => `${(median(bytes) / 1_000).toFixed(1)} kB`;
  const rows = [...figures].map(([kind, all]) => [
    kind.name,
    kilobytes(all.map(({ objectBytes }) => objectBytes)),
    kilobytes(all.map(({ residentBytes }) => residentBytes)),
    memoryRatio(figures, kind, 'objectBytes').toFixed(2),
    memoryRatio(figures, kind, 'residentBytes').toFixed(2),
  ]);
  const of = `ratio of ${rpcClient.name} to it`;
  return markdownTable([['client', 'heap and external', 'resident', `${of}, heap and external`, 'resident'], ...rows]);
}

export function memoryRatio(figures: MemoryFigures, to: SubjectKind, by: keyof ConnectionMemory): number {
  const valuesOf = (subject: SubjectKind) => (figures.get(subject) ?? []).map((measured) => measured[by]);
  return medianRatio(valuesOf(rpcClient), valuesOf(to));
}
