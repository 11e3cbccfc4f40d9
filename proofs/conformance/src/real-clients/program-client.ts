import { jsonLine, Program } from '@example/kit/programs';
import type { CheckName } from './checks.ts';
import type { RunChecks } from './real-client.ts';

/**
 * A client that is a program. Its arguments are the server's address, and the checks as JSON. For each check it writes
 * a line of JSON with `name`, and with `error` if the check failed.
 */
export function programClient(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): RunChecks {
  return async ({ url, checks, signal }, onResult) => {
    const left = new Set(checks.map(({ name }) => name));
    const onLine = (line: string) => {
      const { name, error } = (jsonLine(line) ?? {}) as { name?: CheckName; error?: string };
      if (name !== undefined && left.delete(name)) onResult(name, error);
    };
    await using program = new Program(file, [...args, new URL(url).host, JSON.stringify(checks)], { env, onLine });
    signal.addEventListener('abort', () => program.kill('SIGTERM'), { once: true });
    const end = await program.ended;
    signal.throwIfAborted();
    for (const name of left) onResult(name, `the program ended with ${end.code ?? end.signal}: ${program.lastLines}`);
  };
}
