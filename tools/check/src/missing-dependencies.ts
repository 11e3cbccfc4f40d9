import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Finds packages that the generated code imports, but the manifests of the Go module and the wheel lack. Protos of
 * `google/` are imported from the packages that publish them.
 *
 * @param root of a repository
 * @returns a line for each, with the remedy
 */
export function missingDependencies(root: string): string[] {
  return [...missingInGo(root), ...missingInPython(root)];
}

/** Without Go this check finds nothing: the check of generated code reports that Go is missing. */
function missingInGo(root: string): string[] {
  const { status, stderr } = spawnSync('go', ['build', './gen/go/...'], { cwd: root, encoding: 'utf8' });
  return status === null || status === 0 ? [] : [`go.mod: ${stderr.trimEnd()}`];
}

function missingInPython(root: string): string[] {
  const name = 'googleapis-common-protos';
  const code = globSync('gen/python/**/*_pb2.py', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  const isUsed = code.some((text) => /^from google\.(?!protobuf\b)/m.test(text));
  const manifest = readFileSync(join(root, 'gen/python/pyproject.toml'), 'utf8');
  return isUsed && !manifest.includes(`"${name}`)
    ? [`gen/python/pyproject.toml: the generated code imports ${name}: add it to dependencies`]
    : [];
}
