import { readFileSync, writeFileSync } from 'node:fs';
import type { FuzzCase } from './fuzz-case.ts';

/** Writes a case to a JSON file that can be replayed and read by people. */
export function writeCase(file: string, fuzzCase: FuzzCase, faults: readonly string[]): void {
  const chunks = fuzzCase.chunks.map((chunk) => chunk.toString('hex'));
  const late = fuzzCase.late.toString('hex');
  writeFileSync(file, `${JSON.stringify({ faults, ...fuzzCase, chunks, late }, null, 1)}\n`);
}

export function readCase(file: string): FuzzCase {
  const { chunks, late, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  return { ...rest, chunks: chunks.map(bytes), late: bytes(late) };
}
