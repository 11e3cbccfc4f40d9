import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Where generated code is, seen from the root. */
const folders = ['packages/protos/src/gen'];

/**
 * Generates the code anew into a temporary folder and compares.
 *
 * @param root of a repository with its buf.gen.yaml
 * @returns the files that are missing, surplus or different, seen from the root
 */
export function staleGeneratedFiles(root: string): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'generated-'));
  try {
    execFileSync('buf', ['generate', '-o', fresh], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    const files = new Set([...filesIn(root), ...filesIn(fresh)]);
    return [...files].filter((file) => contentOf(root, file) !== contentOf(fresh, file)).sort();
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

function filesIn(root: string): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(root, join(parentPath, name))),
  );
}

function contentOf(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
