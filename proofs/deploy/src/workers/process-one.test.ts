import { readFileSync } from 'node:fs';
import { jsonLine, outputOf, startNodeServer } from '@example/kit/programs';
import { expect, it } from 'vitest';
import { workersOf } from './workers-of.ts';

const inNamespace = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const [file = '', ...args] = inNamespace;
// Even CI may run without root.
const why = await outputOf(file, [...args, 'true']).then(
  () => undefined,
  () => ': it needs Linux and root',
);

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

it.skipIf(why)(`a supervisor can be process 1 of a container${why ?? ''}`, async () => {
  const lines: string[] = [];
  await using server = await startNodeServer(
    new URL('./service.ts', import.meta.url),
    { WORKERS: '2', LOG_LEVEL: 'info' },
    { launcher: inNamespace, onLine: (line) => lines.push(line) },
  );
  const [supervisor = 0] = childrenOf(server.program.pid);
  const [killed = 0, other = 0] = childrenOf(supervisor);
  process.kill(killed, 'SIGKILL');
  await expect.poll(async () => new Set(await workersOf(server.url)).size).toBe(2);
  // A killed worker that the supervisor has not reaped would be listed as a child, too.
  expect(childrenOf(supervisor)).toEqual([other, expect.any(Number)]);

  process.kill(supervisor, 'SIGTERM');
  expect(await server.program.ended).toEqual({ code: 0, signal: null });
  const closed = lines.map(jsonLine).filter((line) => line?.['msg'] === 'closed');
  expect(closed.map((line) => line?.['worker']).sort()).toEqual([1, 2, undefined]);
});
