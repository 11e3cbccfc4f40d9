const maxWeight = 65_535;
/** Limits of weights, as factors of the mean, so that one wrong report does not move all calls. */
const ratio = { min: 0.1, max: 10 };

/**
 * A sequence of indexes in which each has its weight's share, evenly spread: the static stride scheduler of gRFC A58.
 *
 * @param weights at least one; 0 stands for the mean of the others; with less than two others all have the same share
 * @param sequence shared by successive schedules, so that a new one does not start with the same servers
 * @returns gives the next index
 */
export function weightedSchedule(weights: readonly number[], sequence: { next: number }): () => number {
  const { length } = weights;
  const known = weights.filter((weight) => weight > 0);
  if (known.length < 2) return () => sequence.next++ % length;
  const mean = known.reduce((sum, weight) => sum + weight, 0) / known.length;
  const limited = weights.map((weight) =>
    weight > 0 ? Math.min(Math.max(weight, ratio.min * mean), ratio.max * mean) : mean,
  );
  const most = Math.max(...limited);
  const scaled = limited.map((weight) => Math.round((weight / most) * maxWeight));
  return () => {
    for (;;) {
      const sequenceNumber = sequence.next++;
      const index = sequenceNumber % length;
      const generation = Math.floor(sequenceNumber / length);
      const weight = scaled[index] as number;
      // In `maxWeight` generations an index is taken `weight` times. The offsets keep those of equal weight apart.
      const place = (weight * generation + index * (maxWeight >> 1)) % maxWeight;
      if (place >= maxWeight - weight) return index;
    }
  };
}
