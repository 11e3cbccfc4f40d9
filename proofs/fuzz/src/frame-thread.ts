import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { caseAt, type FrameFindings } from './frame-campaign.ts';

/** What the thread may use of its heap, in MB: a leak ends it. */
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };
/** The longest that one case may take on a machine that does much else, in milliseconds. */
const longestCaseMs = 60_000;
const progressMs = 5_000;

export interface FrameThread {
  readonly seed: number;
  readonly frames: number;
  /** Told now and then how many were played. */
  readonly onProgress: (frames: number) => void;
}

/**
 * Plays a campaign on a thread of its own, which is ended when it hangs.
 *
 * @throws what ended the thread
 */
export async function fuzzFramesOnThread({ seed, frames, onProgress }: FrameThread): Promise<FrameFindings> {
  const progress = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL('./frame-worker.ts', import.meta.url), {
    workerData: { seed, frames, progress },
    resourceLimits,
  });
  const hung = Promise.withResolvers<FrameFindings>();
  let lastIndex = 0;
  let movedAt = performance.now();
  const timer = setInterval(() => {
    const [index, done] = progress as unknown as [number, number];
    onProgress(done);
    if (index !== lastIndex) {
      lastIndex = index;
      movedAt = performance.now();
    } else if (performance.now() - movedAt > longestCaseMs)
      hung.resolve(endedAt(seed, progress, 'the case does not end'));
  }, progressMs);
  try {
    const message = once(worker, 'message').then(([findings]) => findings as FrameFindings);
    const crashed = message.catch((error: Error) => endedAt(seed, progress, `the thread has ended: ${error.stack}`));
    return await Promise.race([crashed, hung.promise]);
  } finally {
    clearInterval(timer);
    await worker.terminate();
  }
}

function endedAt(seed: number, progress: Int32Array, fault: string): FrameFindings {
  const [index, frames] = progress as unknown as [number, number];
  const fuzzCase = caseAt(seed, index);
  return { frames, cases: index, loopbackCases: 0, nodeCases: 0, fault: { index, fuzzCase, faults: [fault] } };
}
