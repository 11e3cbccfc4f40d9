import { ErrorCode, type Limits } from '@example/http2';
import { FrameType } from '@example/http2/testing';
import type { Expected, FuzzCase } from '../cases/fuzz-case.ts';
import { encodeFrame } from '../generate/encode-frame.ts';
import { compareRequests, compareWithWindows } from './compare-responses.ts';
import type { Link } from './link.ts';
import { type Engine, ObservedServer } from './observed-server.ts';
import { ServerOutput } from './server-output.ts';

const alivePayload = 'is alive';
const alivePing = encodeFrame({ type: FrameType.PING, flags: 0, streamId: 0, payload: Buffer.from(alivePayload) });
const never = 1e9;

/** Rates that no case exceeds, unless it sets limits of its own. */
const generousLimits: Partial<Limits> = {
  resetsPerSecond: never,
  pingsPerSecond: never,
  settingsPerSecond: never,
  emptyFramesPerSecond: never,
  controlFramesPerSecond: never,
};

/**
 * Plays a case to a server, and checks its output and its handlers.
 *
 * @returns the faults that were found
 */
export async function runCase(engine: Engine, fuzzCase: FuzzCase, link: Link): Promise<string[]> {
  const { chunks, expected } = fuzzCase;
  const output = new ServerOutput();
  link.onOutput = (bytes) => output.push(bytes);
  let isClosed = false;
  const limits = { ...generousLimits, ...fuzzCase.limits };
  const observed = new ObservedServer(engine, link.socket, limits, () => {
    isClosed = true;
  });
  const { faults } = observed;

  for (const chunk of chunks) link.send(chunk);
  link.send(alivePing);
  const isAlive = () => output.pingAcks.has(alivePayload);
  if (expected.outcome === 'responses') {
    await link.until(() => false, false);
    compareWithWindows(expected, output, faults);
    link.send(fuzzCase.late);
  }
  const isDue = expected.outcome !== 'anything';
  const hasHappened = await link.until(() => link.hasEnded || (isAlive() && isComplete(expected, output)), isDue);
  if (isDue && !hasHappened) faults.push('the expected outcome did not happen');
  checkOutcome(expected, output, isAlive(), faults);
  if (output.isGone && !(await link.until(() => link.hasEnded, true)))
    faults.push('the server does not end the connection after GOAWAY');

  link.leave(fuzzCase.leaving);
  if (!(await link.until(() => isClosed, true)))
    faults.push('the server does not close the connection after the client has left');

  if (expected.outcome === 'responses') compareRequests(expected.requests, observed.requests, output, faults);
  for (const [id, { closes }] of observed.requests) {
    if (closes !== 1) faults.push(`onClose of stream ${id} was called ${closes} times`);
  }
  if (observed.connection.openStreams !== 0) faults.push(`${observed.connection.openStreams} streams are still open`);
  const { close } = observed;
  if (close?.cause !== undefined) faults.push(`the server threw: ${(close.cause as Error).stack}`);
  if (close?.code === ErrorCode.INTERNAL_ERROR && close.by === 'local')
    faults.push('the server failed with INTERNAL_ERROR');
  return [...faults, ...output.faults];
}

/** Whether everything expected has happened. */
function isComplete(expected: Expected, output: ServerOutput): boolean {
  switch (expected.outcome) {
    case 'anything':
      return true;
    case 'connection-error':
      return output.isGone;
    case 'stream-error':
      return output.resets.has(expected.streamId);
    case 'status':
      return output.responses.has(expected.streamId);
    case 'responses':
      return expected.requests.every(
        ({ id, path, state }) =>
          state !== 'ended' || path === '/held' || output.responses.get(id)?.ended || output.resets.has(id),
      );
  }
}

function checkOutcome(expected: Expected, output: ServerOutput, isAlive: boolean, faults: string[]): void {
  const { goaway } = output;
  switch (expected.outcome) {
    case 'anything':
      return;
    case 'connection-error':
      if (goaway === undefined || !expected.codes.includes(goaway)) {
        faults.push(`GOAWAY with ${expected.codes.join(' or ')} expected, received ${goaway}`);
      }
      return;
    case 'stream-error': {
      const code = output.resets.get(expected.streamId);
      if (code === undefined || !expected.codes.includes(code)) {
        faults.push(`RST_STREAM ${expected.streamId} with ${expected.codes.join(' or ')} expected, received ${code}`);
      }
      break;
    }
    case 'status': {
      const status = output.responses.get(expected.streamId)?.headers.get(':status');
      if (status !== expected.status) faults.push(`status ${expected.status} expected, received ${status}`);
    }
  }
  if (goaway !== undefined) faults.push(`unexpected GOAWAY with ${goaway}`);
  if (!isAlive) faults.push('the server does not acknowledge PING');
}
