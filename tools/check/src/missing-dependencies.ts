import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Finds packages that the generated code needs, but that the manifests of the three published packages lack. Protos of
 * `google/` are imported from the packages that publish them.
 *
 * @param root of a repository
 * @returns a line for each, with the remedy
 */
export function missingDependencies(root: string): string[] {
  return [...tooLowInNpm(root), ...missingInGo(root), ...missingInPython(root)];
}

const runtime = '@bufbuild/protobuf';
/** The first version of @bufbuild/protobuf that can load descriptors of edition 2024. */
const lowestForEdition2024 = '2.8.0';

function tooLowInNpm(root: string): string[] {
  const protos = globSync('proto/**/*.proto', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  if (!protos.some((text) => /^edition = "2024"/m.test(text))) return [];
  const path = 'packages/protos/package.json';
  const { peerDependencies } = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
    peerDependencies: Record<string, string>;
  };
  const range = peerDependencies[runtime] ?? '';
  const isTooLow = range.replace(/^\D+/, '').localeCompare(lowestForEdition2024, 'en', { numeric: true }) < 0;
  return isTooLow
    ? [`${path}: edition 2024 needs ${runtime} ${lowestForEdition2024}: raise peerDependencies from ${range}`]
    : [];
}

/** Without Go this check finds nothing. The check of generated code then reports that Go is missing. */
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
