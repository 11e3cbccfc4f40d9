import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { root } from '@example/kit/root';
import { projects } from '../test-command.ts';
import { failedNamesIn, failuresIn, type Tally, tallyOf } from './tally.ts';

const usage = `Runs everything that CI runs: the tests of the product, the checks, the tests of proofs and tools, and the suites
of other authors, in their short forms. It takes about 25 minutes and needs the Go toolchain and Python.

  pnpm verify [options]

  --tested LOG   use the output of an earlier \`pnpm test\`, in the file LOG, instead of a new run
  --help         print this text

The last line has the numbers of passed and failed tests, checks and suites.
`;

interface Step {
  readonly name: string;
  /** Arguments of scripts/run.ts. */
  readonly command: readonly [string, ...string[]];
}

const tests: Step = { name: 'tests of the product', command: ['test'] };

function otherSteps(): Step[] {
  const projectOptions = projects().others.flatMap((name) => ['--project', name]);
  const suites: (readonly [string, ...string[]])[] = [
    ['conformance', 'matrix'],
    ['conformance', 'server'],
    ['conformance', 'client'],
    ['conformance', 'grpc-interop'],
    ['conformance', 'h2spec'],
    ['conformance', 'h2spec', '--tls'],
    ['conformance', 'openapi', '--requests', '900'],
    ['release', 'rehearse', '--short'],
  ];
  return [
    { name: 'checks', command: ['check'] },
    { name: 'tests of proofs and tools', command: ['test', ...projectOptions] },
    ...suites.map((command) => ({ name: command.join(' '), command })),
  ];
}

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

/** `pnpm verify` @returns the exit code: 0 when everything passed */
export async function runVerify(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  let tested: string | undefined;
  try {
    const options = { tested: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) {
      stdout.write(usage);
      return 0;
    }
    tested = values.tested;
  } catch (error) {
    stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 1;
  }
  const print = (text: string) => stdout.write(text);
  if (tested === undefined) return await runSteps([tests, ...otherSteps()], print);
  return await runSteps(otherSteps(), print, [testedResult(tested)]);
}

/** @param log the file with the output of a run of `pnpm test` */
export function testedResult(log: string): Result {
  const output = readFileSync(log, 'utf8');
  return resultOf(tests, output, tallyOf(output) !== undefined);
}

/**
 * Runs steps one after the other.
 *
 * @param done the results of earlier steps, which are counted, too
 * @returns the exit code: 0 when all passed
 */
export async function runSteps(
  steps: readonly Step[],
  print: (text: string) => void,
  done: readonly Result[] = [],
): Promise<number> {
  const results = [...done];
  for (const [index, step] of steps.entries()) {
    print(`\n${index + 1} of ${steps.length}: ${step.name}\n`);
    const started = performance.now();
    const result = await run(step, print);
    results.push(result);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    print(`${result.failed === 0 ? 'passed' : 'FAILED'}  ${step.name} in ${seconds} s\n`);
  }
  return summarise(results, print);
}

interface Result extends Tally {
  readonly name: string;
  /** The output that describes the failures of the step. */
  readonly failures: string;
  readonly failedNames: readonly string[];
}

async function run(step: Step, print: (text: string) => void): Promise<Result> {
  const program = ['--import', 'tsx', 'scripts/run.ts', ...step.command];
  // With CI set, tests and suites whose toolchain is missing fail instead of being skipped.
  const env = { ...process.env, CI: 'true' };
  const child = spawn(process.execPath, program, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      print(text);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return resultOf(step, output, code === 0);
}

/** The result of a step. A step that reports no counts counts as one. */
function resultOf({ name }: Step, output: string, isPassed: boolean): Result {
  const tally = tallyOf(output) ?? { passed: isPassed ? 1 : 0, failed: 0 };
  const isUncounted = !isPassed && tally.failed === 0;
  return {
    name,
    passed: tally.passed,
    failed: tally.failed + (isUncounted ? 1 : 0),
    failures: failuresIn(output),
    failedNames: failedNamesIn(output),
  };
}

/**
 * Prints the failures again at the end, because the output above is long. The names of failed tests come last, because
 * logs are cut off.
 */
function summarise(results: readonly Result[], print: (text: string) => void): number {
  const failed = results.filter((result) => result.failed > 0);
  for (const { name, failures } of failed) print(`\nFAILED  ${name}\n${failures}`);
  for (const { name, failedNames } of failed) {
    print(`\n${[`Failed in ${name}:`, ...failedNames].join('\n  ')}\n`);
  }
  const total = (count: 'passed' | 'failed') => results.reduce((sum, result) => sum + result[count], 0);
  print(`\n${total('passed')} passed, ${total('failed')} failed\n`);
  return total('failed') === 0 ? 0 : 1;
}
