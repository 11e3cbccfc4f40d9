import type { Expected, FuzzCase } from '../cases/fuzz-case.ts';
import { encodeFrame } from '../client/encode-frame.ts';
import { type Engine, ErrorCode, FrameType, type Limits } from '../engine.ts';
import { compareAnswers, compareWithGranted } from './compare-answers.ts';
import type { Link } from './link.ts';
import { ObservedConnection } from './observed-connection.ts';
import { ServerOutput } from './server-output.ts';

const memoryBytes = 64 * 1024 * 1024;
const livePayload = 'fuzzlive';
const livePing = encodeFrame({ type: FrameType.PING, flags: 0, streamId: 0, payload: Buffer.from(livePayload) });
const never = 1e9;

/** No limit of these is the reason why a case ends, unless it says so. */
const generousLimits: Partial<Limits> = {
  resetsPerSecond: never,
  pingsPerSecond: never,
  settingsPerSecond: never,
  emptyFramesPerSecond: never,
  controlFramesPerSecond: never,
};

/**
 * Plays a case.
 *
 * @returns what is wrong, if anything
 */
export async function runCase(engine: Engine, fuzzCase: FuzzCase, link: Link): Promise<string[]> {
  const { chunks, expected } = fuzzCase;
  const memory = new engine.MemoryBudget(memoryBytes);
  const output = new ServerOutput();
  link.onOutput = (bytes) => output.push(bytes);
  let isClosed = false;
  const limits = { ...generousLimits, ...fuzzCase.limits };
  const observed = new ObservedConnection(engine, link.socket, limits, memory, () => {
    isClosed = true;
  });
  const { faults } = observed;

  for (const chunk of chunks) link.send(chunk);
  link.send(livePing);
  const isAlive = () => output.pingAnswers.has(livePayload);
  if (expected.outcome === 'answers') {
    await link.until(() => false, false);
    compareWithGranted(expected, output, faults);
    link.send(fuzzCase.late);
  }
  const isDue = expected.outcome !== 'anything';
  const hasCome = await link.until(() => link.hasEnded || (isAlive() && hasHappened(expected, output)), isDue);
  if (isDue && !hasCome) faults.push('does not come to the end that was expected');
  judge(expected, output, isAlive(), faults);
  if (output.isGone && !(await link.until(() => link.hasEnded, true))) faults.push('does not end after GOAWAY');

  link.leave(fuzzCase.leaving);
  if (!(await link.until(() => isClosed, true))) faults.push('does not close when the peer has left');

  if (expected.outcome === 'answers') compareAnswers(expected.requests, observed.requests, output, faults);
  for (const [id, { closes }] of observed.requests) {
    if (closes !== 1) faults.push(`onClose of stream ${id} was called ${closes} times`);
  }
  if (observed.connection.openStreams !== 0) faults.push(`${observed.connection.openStreams} streams stay open`);
  if (memory.used !== 0) faults.push(`${memory.used} bytes of the memory budget are not given back`);
  const { close } = observed;
  if (close?.cause !== undefined) faults.push(`the engine has thrown: ${(close.cause as Error).stack}`);
  if (close?.code === ErrorCode.INTERNAL_ERROR && close.by === 'server') faults.push('INTERNAL_ERROR');
  return [...faults, ...output.faults];
}

/** Whether there is nothing more to wait for. */
function hasHappened(expected: Expected, output: ServerOutput): boolean {
  switch (expected.outcome) {
    case 'anything':
      return true;
    case 'connection-error':
      return output.isGone;
    case 'stream-error':
      return output.resets.has(expected.streamId);
    case 'status':
      return output.responses.has(expected.streamId);
    case 'answers':
      return expected.requests.every(
        ({ id, path, state }) =>
          state !== 'ended' || path === '/held' || output.responses.get(id)?.ended || output.resets.has(id),
      );
  }
}

function judge(expected: Expected, output: ServerOutput, isAlive: boolean, faults: string[]): void {
  const { goaway } = output;
  switch (expected.outcome) {
    case 'anything':
      return;
    case 'connection-error':
      if (goaway === undefined || !expected.codes.includes(goaway)) {
        faults.push(`GOAWAY with ${expected.codes.join(' or ')} expected, not ${goaway}`);
      }
      return;
    case 'stream-error': {
      const code = output.resets.get(expected.streamId);
      if (code === undefined || !expected.codes.includes(code)) {
        faults.push(`RST_STREAM ${expected.streamId} with ${expected.codes.join(' or ')} expected, not ${code}`);
      }
      break;
    }
    case 'status': {
      const status = output.responses.get(expected.streamId)?.headers.get(':status');
      if (status !== expected.status) faults.push(`status ${expected.status} expected, not ${status}`);
    }
  }
  if (goaway !== undefined) faults.push(`GOAWAY with ${goaway} was not expected`);
  if (!isAlive) faults.push('does not answer PING');
}
