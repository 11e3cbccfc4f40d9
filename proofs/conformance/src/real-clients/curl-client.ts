import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { runProcess } from '../processes/run-process.ts';
import { type Check, gatherHeader } from './checks.ts';
import * as json from './json-calls.ts';
import { playEach } from './play-each.ts';
import type { Play, Server } from './real-client.ts';

/** `h2c`: HTTP/2 without TLS, which the client knows that the server speaks. */
export type HttpVersion = '1.1' | '2' | 'h2c';

/** How many calls curl makes at once on a connection of HTTP/2; for more it opens another. */
export const curlAtOnce = 100;

const versionArgs: Readonly<Record<HttpVersion, readonly string[]>> = {
  '1.1': ['--http1.1'],
  '2': ['--http2', '--insecure'],
  h2c: ['--http2-prior-knowledge'],
};

/** How long a call goes on until curl cancels it, in seconds. */
const cancelAfter = '1';
/** What curl says of one for which that was over, and of one that went well. */
const timedOut = '28';
const succeeded = '0';

/** @throws {ToolchainMissingError} when there is no curl */
export async function prepareCurl(version: HttpVersion, signal: AbortSignal): Promise<Play> {
  await runProcess('curl', ['--version'], { signal, onLine: () => {} }).catch(() => {
    throw new ToolchainMissingError('install curl');
  });
  return (server, onPlayed) => playEach(server, onPlayed, (check) => playAlone(check, version, server));
}

async function playAlone(check: Check, version: HttpVersion, server: Server): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'curl-'));
  try {
    await plays[check.kind](new Curl(folder, version, server), check);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const plays: Readonly<Record<Check['kind'], (curl: Curl, check: Check) => Promise<void>>> = {
  async unary(curl, check) {
    const codes = await curl.run(
      ['--parallel', '--parallel-max', `${curl.version === '2' ? curlAtOnce : 1}`],
      unary(check),
    );
    expectCodes(codes, Array(check.count).fill(succeeded));
    for (let number = 1; number <= check.count; number++) json.expectUnary(check, String(curl.answer(`${number}`)));
  },

  async messages(curl, check) {
    if (curl.version !== '1.1') {
      const duplex = { path: json.duplexPath, type: json.streamType, body: json.streamBody(check), answer: 'duplex' };
      expectCodes(await curl.run([], duplex), [succeeded]);
      json.expectStream(check, curl.answer('duplex'));
      return;
    }
    const input = { path: json.inputPath, type: json.streamType, body: json.streamBody(check), answer: 'input' };
    const output = { path: json.outputPath, type: json.streamType, body: json.outputBody(check), answer: 'output' };
    expectCodes(await curl.run([], input, output), [succeeded, succeeded]);
    json.expectSum(check, curl.answer('input'));
    json.expectStream(check, curl.answer('output'));
  },

  async cancel(curl, check) {
    const endless = {
      path: json.outputPath,
      type: json.streamType,
      body: json.endlessBody(),
      answer: 'endless',
      args: ['--max-time', cancelAfter],
    };
    const one = unary({ ...check, count: 1 });
    const codes = await curl.run([], one, ...Array<Transfer>(check.count).fill(endless), one);
    expectCodes(codes, [succeeded, ...Array<string>(check.count).fill(timedOut), succeeded]);
  },
};

/** A call; `answer` is the name of the file that its answer is written to. */
interface Transfer {
  readonly path: string;
  readonly type: string;
  readonly body: string | Buffer;
  readonly answer: string;
  readonly args?: readonly string[];
}

/** All calls of a check, each with an answer of its own. */
function unary(check: Check): Transfer {
  return {
    path: `${json.unaryPath}?number=[1-${check.count}]`,
    type: json.unaryType,
    body: json.unaryBody(check),
    answer: '#1',
    args: ['--header', `${gatherHeader}: ${check.gather}`],
  };
}

class Curl {
  readonly version: HttpVersion;
  readonly #folder: string;
  readonly #server: Server;

  constructor(folder: string, version: HttpVersion, server: Server) {
    this.#folder = folder;
    this.version = version;
    this.#server = server;
  }

  /** Makes calls in one process. @returns what curl says of each */
  async run(args: readonly string[], ...transfers: readonly Transfer[]): Promise<string[]> {
    const codes: string[] = [];
    // It writes about its progress too, silent or not.
    const onLine = (line: string) => {
      const code = /^exit (\d+)$/.exec(line)?.[1];
      if (code !== undefined) codes.push(code);
    };
    const all = transfers.flatMap((transfer, index) => [
      ...(index > 0 ? ['--next'] : []),
      ...this.#args(transfer, index),
    ]);
    await runProcess('curl', [...args, ...all], { signal: this.#server.signal, onLine });
    return codes;
  }

  answer(name: string): Buffer {
    return readFileSync(this.#path(`answer-${name}`));
  }

  #args({ path, type, body, answer, args = [] }: Transfer, index: number): string[] {
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
      this.#path(`answer-${answer}`),
      '--write-out',
      'exit %{exitcode}\\n',
      ...args,
      `${this.#server.url}${path}`,
    ];
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function expectCodes(codes: readonly string[], expected: readonly string[]): void {
  if (codes.join() === expected.join()) return;
  const wrong = codes.findIndex((code, index) => code !== expected[index]);
  throw new Error(`call ${wrong + 1} of ${expected.length} ended with ${codes[wrong]} of curl`);
}
