import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@example/kit/programs';
import { needProgram } from '@example/kit/toolchains';
import { barrierHeader, type Check } from './checks.ts';
import * as json from './json-calls.ts';
import { type RunChecks, runEach, type Target } from './real-client.ts';

/** `h2c`: HTTP/2 with prior knowledge, without TLS. */
export type HttpVersion = '1.1' | '2' | 'h2c';

/** The number of concurrent calls that curl makes on an HTTP/2 connection, before it opens another one. */
export const curlAtOnce = 100;

const versionArgs: Readonly<Record<HttpVersion, readonly string[]>> = {
  '1.1': ['--http1.1'],
  '2': ['--http2', '--insecure'],
  h2c: ['--http2-prior-knowledge'],
};

/** The time until curl cancels a call, in seconds. */
const cancelAfter = '1';
/** The exit codes of curl for a call that it has cancelled, and for one that has succeeded. */
const timedOut = '28';
const succeeded = '0';

/** @throws {ToolchainMissingError} when there is no curl */
export function prepareCurl(version: HttpVersion): RunChecks {
  needProgram('curl');
  return (target, onResult) => runEach((check) => runInFolder(check, version, target), target, onResult);
}

async function runInFolder(check: Check, version: HttpVersion, target: Target): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'curl-'));
  try {
    await checks[check.kind](new Curl(folder, version, target), check);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const checks: Readonly<Record<Check['kind'], (curl: Curl, check: Check) => Promise<void>>> = {
  async unary(curl, check) {
    const codes = await curl.run(
      ['--parallel', '--parallel-max', `${curl.version === '2' ? curlAtOnce : 1}`],
      unary(check),
    );
    expectCodes(codes, Array(check.count).fill(succeeded));
    for (let number = 1; number <= check.count; number++) json.expectUnary(check, String(curl.response(`${number}`)));
  },

  async messages(curl, check) {
    if (curl.version !== '1.1') {
      const duplex = {
        path: json.duplexPath,
        type: json.streamType,
        body: json.streamBody(check),
        responseFile: 'duplex',
      };
      expectCodes(await curl.run([], duplex), [succeeded]);
      json.expectStream(check, curl.response('duplex'));
      return;
    }
    const input = { path: json.inputPath, type: json.streamType, body: json.streamBody(check), responseFile: 'input' };
    const output = {
      path: json.outputPath,
      type: json.streamType,
      body: json.outputBody(check),
      responseFile: 'output',
    };
    expectCodes(await curl.run([], input, output), [succeeded, succeeded]);
    json.expectSum(check, curl.response('input'));
    json.expectStream(check, curl.response('output'));
  },

  async cancel(curl, check) {
    const endless = {
      path: json.outputPath,
      type: json.streamType,
      body: json.endlessBody(),
      responseFile: 'endless',
      args: ['--max-time', cancelAfter],
    };
    const one = unary({ ...check, count: 1 });
    const codes = await curl.run([], one, ...Array<Transfer>(check.count).fill(endless), one);
    expectCodes(codes, [succeeded, ...Array<string>(check.count).fill(timedOut), succeeded]);
  },
};

/** A call. Its response is written to a file. */
interface Transfer {
  readonly path: string;
  readonly type: string;
  readonly body: string | Buffer;
  readonly responseFile: string;
  readonly args?: readonly string[];
}

/** All calls of a check. The response of each is written to a separate file. */
function unary(check: Check): Transfer {
  return {
    path: `${json.unaryPath}?number=[1-${check.count}]`,
    type: json.unaryType,
    body: json.unaryBody(check),
    responseFile: '#1',
    args: ['--header', `${barrierHeader}: ${check.barrier}`],
  };
}

class Curl {
  readonly version: HttpVersion;
  readonly #folder: string;
  readonly #target: Target;

  constructor(folder: string, version: HttpVersion, target: Target) {
    this.#folder = folder;
    this.version = version;
    this.#target = target;
  }

  /** Makes calls in one process. @returns the exit code of each */
  async run(args: readonly string[], ...transfers: readonly Transfer[]): Promise<string[]> {
    const codes: string[] = [];
    // The other lines report progress. curl prints them even with --silent.
    const onLine = (line: string) => {
      const code = /^exit (\d+)$/.exec(line)?.[1];
      if (code !== undefined) codes.push(code);
    };
    const all = transfers.flatMap((transfer, index) => [
      ...(index > 0 ? ['--next'] : []),
      ...this.#args(transfer, index),
    ]);
    await runProgram('curl', [...args, ...all], { signal: this.#target.signal, onLine });
    return codes;
  }

  response(name: string): Buffer {
    return readFileSync(this.#path(`response-${name}`));
  }

  #args({ path, type, body, responseFile, args = [] }: Transfer, index: number): string[] {
    const request = this.#path(`request-${index}`);
    writeFileSync(request, body);
    return [
      '--silent',
      '--fail',
      ...versionArgs[this.version],
      '--header',
      `content-type: ${type}`,
      '--data-binary',
      `@${request}`,
      '--output',
      this.#path(`response-${responseFile}`),
      '--write-out',
      'exit %{exitcode}\\n',
      ...args,
      `${this.#target.url}${path}`,
    ];
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function expectCodes(codes: readonly string[], expected: readonly string[]): void {
  if (codes.join() === expected.join()) return;
  const wrong = codes.findIndex((code, index) => code !== expected[index]);
  throw new Error(`call ${wrong + 1} of ${expected.length} ended with exit code ${codes[wrong]} of curl`);
}
