// Loaded before a service by `--import`, with `--expose-gc`. On SIGUSR2 the process collects garbage, and writes its
// resource usage as a line of JSON on standard output. The heap snapshot is a file, which the reader removes.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';

process.on('SIGUSR2', () => {
  const snapshot = writeHeapSnapshot(join(tmpdir(), `soak-${process.pid}-${Date.now()}.heapsnapshot`));
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed: heapBytes, external: externalBytes, rss: residentBytes } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  process.stdout.write(
    `${JSON.stringify({ usage: { heapBytes, externalBytes, residentBytes, resources, snapshot } })}\n`,
  );
});
