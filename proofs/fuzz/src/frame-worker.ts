import { parentPort, workerData } from 'node:worker_threads';
import { loadEngine } from './engine.ts';
import { fuzzFrames } from './frame-campaign.ts';

// The thread of a campaign: what it is at is told by shared memory, so that it is known of one that hangs, too.
const { seed, frames, progress } = workerData as { seed: number; frames: number; progress: Int32Array };
const engine = await loadEngine();
const findings = await fuzzFrames({
  engine,
  seed,
  frames,
  onCase: (index, done) => {
    progress[0] = index;
    progress[1] = done;
  },
});
parentPort?.postMessage(findings);
