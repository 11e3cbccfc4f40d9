import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

/** The machine and the versions of a run, in one paragraph. */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? 'unknown';
  const memory = Math.round(totalmem() / 1024 ** 3);
  const versions = [
    `Node.js ${process.versions.node} (V8 ${process.versions.v8})`,
    firstLine('go', ['version']),
    firstLine('python3', ['--version']),
    firstLine('h2load', ['--version']),
  ];
  return `${cpus().length} cores of ${model}, ${memory} GiB, Linux ${release()};\n${versions.join(', ')}.`;
}

function firstLine(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, { encoding: 'utf8' }).split('\n')[0] ?? '';
  } catch {
    return `no ${file}`;
  }
}
