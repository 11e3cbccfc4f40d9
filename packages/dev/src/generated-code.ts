import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** What generates code, and where that is, seen from the root. */
const templates = [
  { template: 'buf.gen.yaml', folder: 'packages/protos/src/gen' },
  { template: 'packages/rpc-server/buf.gen.yaml', folder: 'packages/rpc-server/src/gen' },
];

/**
 * Generates the code anew into a temporary folder and compares.
 *
 * @param root of a repository
 * @returns the files that are missing, surplus or different, seen from the root
 */
export function staleGeneratedFiles(root: string): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'generated-'));
  try {
    for (const { template } of templates) {
      const args = ['generate', '--template', template, '-o', fresh];
      execFileSync('buf', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    }
    const files = new Set([...filesIn(root), ...filesIn(fresh)]);
    return [...files].filter((file) => contentOf(root, file) !== contentOf(fresh, file)).sort();
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

function filesIn(root: string): string[] {
  return templates.flatMap(({ folder }) =>
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
