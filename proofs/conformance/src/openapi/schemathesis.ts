import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyCommand, wholeNumber } from '@example/kit/command-line';
import { Program } from '@example/kit/programs';
import { installOpenApiTools, openApiTool } from './python.ts';
import { documentPath, startServices } from './services.ts';

const usage = `Calls both services with requests that schemathesis makes from our OpenAPI document: valid ones, invalid ones and
those at the limits. Every response must be as the document describes it, and none may be INTERNAL.

  pnpm conformance openapi [options]

  --requests N   the minimum number of requests (20000)
  --help         this text
`;

/**
 * The two checks that are not run. The first would fail because ProtoJSON accepts more than the document describes:
 * null for any field, and numbers as strings. The second would fail because the document cannot describe all rules of a
 * service, such as which texts are page tokens.
 */
const excluded = ['negative_data_rejection', 'positive_data_acceptance'];

/** The number of examples of a method in a round. */
const mostExamples = 50;

/** `pnpm conformance openapi` */
export const openApi = anyCommand({
  usage,
  options: { requests: { type: 'string' } },
  async run({ values, signal, print }) {
    const wanted = wholeNumber('requests', values.requests, 20_000, 1);
    installOpenApiTools();
    const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    try {
      await using services = await startServices(folder);
      let isPassed = true;
      const requests = () => services.all.reduce((sum, { calls }) => sum + calls(), 0);
      // A round takes at least a second for each example, because an order may have a thousand items.
      const examples = Math.min(mostExamples, Math.ceil(wanted / 90));
      for (let round = 1; isPassed && requests() < wanted; round++) {
        for (const { name, url } of services.all) {
          isPassed =
            (await schemathesis(
              name,
              [url, '--seed', `${round}`, '--max-examples', `${examples}`],
              folder,
              signal,
              print,
            )) && isPassed;
        }
        print(`round ${round}: ${requests()} requests`);
      }
      print(`${requests()} requests, ${isPassed ? 'each response as described' : 'FAILED'}`);
      return isPassed;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

/** @returns whether all checks have passed */
async function schemathesis(
  service: string,
  options: readonly string[],
  folder: string,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<boolean> {
  const args = ['run', documentPath, '--include-path-regex', `^/${service}\\.`];
  const checks = ['--checks', 'all', '--exclude-checks', excluded.join(','), '--continue-on-failure'];
  const run = ['--phases', 'examples,coverage,fuzzing', '--no-color', '--url', ...options];
  const lines: string[] = [];
  const programOptions = { name: 'schemathesis', cwd: folder, onLine: (line: string) => lines.push(line) };
  await using program = new Program(openApiTool('schemathesis'), [...args, ...checks, ...run], programOptions);
  signal.addEventListener('abort', () => program.kill('SIGTERM'));
  const { code } = await program.ended;
  if (code !== 0) for (const line of lines) print(line);
  return code === 0;
}
