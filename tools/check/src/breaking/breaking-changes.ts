import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** buf exits with this code when it has found breaking changes, and with other codes after errors. */
const found = 100;

/**
 * Compares an API with an earlier one by the `breaking` rules of buf.yaml.
 *
 * @param root of a repository, with its buf.yaml
 * @param api an input of buf, such as a descriptor set, from the root
 * @param earlier the earlier API, also an input of buf
 * @returns a line for each breaking change, `FILE:LINE:COLUMN:WORDS`
 * @throws {Error} with the output of buf, for example if a proto cannot be compiled
 */
export async function breakingChanges(root: string, api: string, earlier: string): Promise<string[]> {
  const args = ['breaking', api, '--config', 'buf.yaml', '--against', earlier];
  try {
    await promisify(execFile)('buf', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
    return [];
  } catch (error) {
    const { code, stdout } = error as Error & { code?: unknown; stdout: string };
    if (code !== found) throw error;
    return stdout.trimEnd().split('\n');
  }
}
