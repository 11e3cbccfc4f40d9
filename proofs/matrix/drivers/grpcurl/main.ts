// The driver of grpcurl, which gets the protos by reflection. Its only argument is the path of grpcurl.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import type { Call, CallResult } from '../../src/driver.ts';
import { addressOf, headersOf, serveLines } from '../node/lines.js';

const [program = 'grpcurl'] = process.argv.slice(2);
const { CA_FILE, TOKEN } = process.env;

await serveLines(make);

async function make(call: Call): Promise<CallResult> {
  const child = spawn(program, [
    ...(CA_FILE ? ['-cacert', CA_FILE] : ['-plaintext']),
    ...Object.entries(headersOf(call)).flatMap(([name, value]) => ['-rpc-header', `${name}: ${value}`]),
    // Reflection always sends a valid token, so that the server can refuse only the call itself.
    ...(TOKEN ? ['-reflect-header', `authorization: Bearer ${TOKEN}`] : []),
    ...['-max-time', `${call.timeoutMs / 1_000}`, '-format-error', '-d', '@'],
    addressOf(call.method),
    call.method,
  ]);
  child.stdin.end(call.requests.map((request) => JSON.stringify(request)).join('\n'));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const responses = splitJson(stdout);
  if (child.exitCode === 0) return { responses, code: 'OK' };
  if (!stderr.startsWith('{')) throw new Error(stderr);
  const { code, message, details } = JSON.parse(stderr);
  return { responses, code: status[code] ?? 'UNKNOWN', message, details };
}

/** Splits the output of grpcurl into messages. Each message ends with a line of one or two braces. */
function splitJson(printed: string): JsonObject[] {
  return printed
    .split(/(?<=^(?:\}|\{\}))\n/m)
    .filter((part) => part !== '')
    .map((part) => JSON.parse(part) as JsonObject);
}
