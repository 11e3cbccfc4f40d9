import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenApi } from './document.ts';

/** The committed document. @param root of a repository */
export function readDocument(root: string): OpenApi {
  return JSON.parse(readFileSync(join(root, 'packages/protos/openapi/openapi.json'), 'utf8')) as OpenApi;
}

/**
 * Makes the document for a descriptor set, such as that of a release, with the present plugin.
 *
 * @param descriptors the path of a google.protobuf.FileDescriptorSet with comments, from the root
 */
export function documentOf(root: string, descriptors: string): OpenApi {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  try {
    const args = ['generate', descriptors, '--template', 'tools/openapi/buf.gen.yaml', '-o', folder];
    execFileSync('buf', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    return readDocument(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
