// Loaded before a service by `--import`. On SIGUSR2 the process collects garbage, and writes its resource usage as a
// line of JSON on standard output.
import { readUsage } from './read-usage.ts';

process.on('SIGUSR2', () => {
  process.stdout.write(`${JSON.stringify({ usage: readUsage() })}\n`);
});
