import { runProcess } from '../processes/run-process.ts';
import type { CheckName } from './checks.ts';
import type { Play } from './real-client.ts';

/** How much of what a program writes besides its results is kept, in lines. */
const keptLines = 10;

/**
 * A client that is a program. It is given the server's address and the checks, as JSON, and writes a line of JSON for each when it
 * has played it: `name`, and `error` when something went wrong.
 */
export function programClient(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Play {
  return async ({ url, checks, signal }, onPlayed) => {
    const left = new Set(checks.map(({ name }) => name));
    const others: string[] = [];
    const onLine = (line: string) => {
      const result = resultIn(line);
      if (result === undefined) others.push(line);
      else if (left.delete(result.name)) onPlayed(result.name, result.error);
    };
    const code = await runProcess(file, [...args, new URL(url).host, JSON.stringify(checks)], { signal, env, onLine });
    const why = `the program ended with ${code}: ${others.slice(-keptLines).join('\n')}`;
    for (const name of left) onPlayed(name, why);
  };
}

function resultIn(line: string): { name: CheckName; error?: string } | undefined {
  try {
    return JSON.parse(line) as { name: CheckName; error?: string };
  } catch {
    return undefined;
  }
}
