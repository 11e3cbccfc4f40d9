import { readFileSync, writeFileSync } from 'node:fs';
import type { FuzzCase } from './fuzz-case.ts';

/** Writes a case down, so that it can be played again, and read by people. */
export function writeCase(file: string, fuzzCase: FuzzCase, faults: readonly string[]): void {
  const chunks = fuzzCase.chunks.map(hex);
  writeFileSync(file, `${JSON.stringify({ faults, ...fuzzCase, chunks, late: hex(fuzzCase.late) }, null, 1)}\n`);
}

export function readCase(file: string): FuzzCase {
  const { chunks, late, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  return { ...rest, chunks: chunks.map(bytes), late: bytes(late) };
}

/** A case that comes from the thread has arrays of bytes where it had buffers. */
function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
