// Runs the five minutes of README.md, and compares the output of each command.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, outputOf, Program } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { services } from '@example/kit/services';
import { afterEach, beforeEach, expect, it } from 'vitest';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'readme-'));
});
afterEach(() => rmSync(data, { recursive: true }));

const page = readFileSync(join(root, 'README.md'), 'utf8');
const commands = [...page.matchAll(/^\$ (.+)\n([\s\S]*?)(?=^\$ |^```)/gm)].map(([, command = '', output = '']) => ({
  command,
  output,
}));

/**
 * The parts of the output that differ from run to run: parts that README.md leaves out, the ids of orders, and times.
 */
const anyText = /…\n?|ord-[\da-f-]+|\d{4}-\d\d-\d\dT[\d:.]+Z/;

function patternOf(output: string): RegExp {
  const parts = output.split(anyText).map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`);
}

it('each command prints the output in README.md, the last one after a kill -9', async () => {
  const ports: string[] = [];
  for (const { name } of services()) ports.push(`--${name}-port`, `${await freePort()}`);
  /** Runs commands beside `pnpm dev`, which prints such commands with the addresses of its services. */
  const play = async (some: typeof commands, kill?: (pid: number) => void) => {
    const printed: string[] = [];
    await using dev = new Program(
      process.execPath,
      ['--import', 'tsx', 'scripts/run.ts', 'dev', '--data', data, ...ports],
      { onLine: (line) => printed.push(line.trim()) },
    );
    await dev.waitForLine((line) => line.includes('Ctrl-C stops all') || undefined);
    for (const { command, output } of some) {
      const own = command.replace('localhost:9000', `localhost:${ports[1]}`);
      const line = printed.find((one) => one.startsWith(own)) ?? own;
      expect((await outputOf('sh', ['-c', line])).trimEnd()).toMatch(patternOf(output.trimEnd()));
    }
    kill?.(Number(/INFO \((\d+)\): user-service/.exec(printed.join('\n'))?.[1]));
    await dev.end('SIGINT', 10_000);
  };
  await play(commands.slice(0, -1), (pid) => process.kill(pid, 'SIGKILL'));
  await play(commands.slice(-1));
});
