import { type Gate, gates } from './gates.ts';
import type { MutatedRepository } from './mutated-repository.ts';
import { behaviourMutations, type Mutation, protoMutations } from './mutations.ts';
import type { ReleasedApi } from './versions.ts';

/** By the name of the gate; none for one that was not played. */
export type Catches = ReadonlyMap<string, boolean>;

/** Whether a gate has to be played: packages that no proto edit has changed are what they were. */
export function isPlayed(gate: Gate, mutation: Mutation): boolean {
  if (gate.sees === 'packages') return protoMutations.includes(mutation);
  return gate.name !== 'interop' || behaviourMutations.includes(mutation);
}

/** Plays one mutation against gates, side by side. */
export async function playMutation(
  repository: MutatedRepository,
  mutation: Mutation,
  releases: readonly ReleasedApi[],
  played: readonly Gate[] = gates,
): Promise<Catches> {
  const chosen = played.filter((gate) => isPlayed(gate, mutation));
  await repository.apply(mutation);
  try {
    if (chosen.some(({ sees }) => sees !== 'protos') && protoMutations.includes(mutation)) await repository.generate();
    await repository.commit();
    const catches = chosen.map(async (gate): Promise<[string, boolean]> => {
      return [gate.name, await gate.catches(repository.folder, releases)];
    });
    return new Map(await Promise.all(catches));
  } finally {
    await repository.revert();
  }
}
