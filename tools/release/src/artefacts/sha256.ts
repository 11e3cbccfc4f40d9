import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** @returns the digest in hex */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @returns the digest in hex */
export async function sha256OfFile(path: string): Promise<string> {
  return sha256(await readFile(path));
}
