// A driver of grpcurl, which knows no proto: it asks the server for them by reflection. The program is the one argument.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import type { Answer, Call } from '../../src/driver.ts';

const [program = 'grpcurl'] = process.argv.slice(2);
const { USER_ADDRESS = '', ORDER_ADDRESS = '', CA_FILE, TOKEN } = process.env;

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await make(JSON.parse(line) as Call))}\n`);
}

async function make({ method, requests, metadata, timeoutMs, withoutToken, token = TOKEN }: Call): Promise<Answer> {
  const headers = { ...metadata, ...(token && !withoutToken && { authorization: `Bearer ${token}` }) };
  const child = spawn(program, [
    ...(CA_FILE ? ['-cacert', CA_FILE] : ['-plaintext']),
    ...Object.entries(headers).flatMap(([name, value]) => ['-rpc-header', `${name}: ${value}`]),
    // Reflection asks for a token too, and what is to be refused is the call.
    ...(TOKEN ? ['-reflect-header', `authorization: Bearer ${TOKEN}`] : []),
    ...['-max-time', `${timeoutMs / 1_000}`, '-format-error', '-d', '@'],
    method.startsWith('user.') ? USER_ADDRESS : ORDER_ADDRESS,
    method,
  ]);
  child.stdin.end(requests.map((request) => JSON.stringify(request)).join('\n'));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const answers = splitJson(stdout);
  if (child.exitCode === 0) return { answers, code: 'OK' };
  if (!stderr.startsWith('{')) throw new Error(stderr);
  const { code, message, details } = JSON.parse(stderr);
  return { answers, code: status[code] ?? 'UNKNOWN', message, details };
}

/** grpcurl prints messages one after the other; a line that is one brace, or two, ends each. */
function splitJson(printed: string): JsonObject[] {
  return printed
    .split(/(?<=^(?:\}|\{\}))\n/m)
    .filter((part) => part !== '')
    .map((part) => JSON.parse(part) as JsonObject);
}
