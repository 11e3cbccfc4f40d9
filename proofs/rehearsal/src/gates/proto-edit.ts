import type { ProtoFolder } from '../constructs/proto-folder.ts';

/** An edit of protos, as a person could make it. */
export interface ProtoEdit {
  /** The kind of the edit; the row of the table in docs/reference/compatibility.md. */
  readonly name: string;
  /** The protos to edit: those of this repository, or `proofs/rehearsal/kitchen-sink`, which has every construct. */
  readonly of: 'API' | 'kitchen sink';
  edit(protos: ProtoFolder): void;
}

/** The first occurrence of a text in a file, and its replacement. */
export type Replacement = readonly [path: string, from: string, to: string];

/** Makes an edit of one or more replacements. */
export function edit(of: ProtoEdit['of'], name: string, ...replacements: readonly Replacement[]): ProtoEdit {
  return {
    name,
    of,
    edit(protos) {
      for (const replacement of replacements) protos.replace(...replacement);
    },
  };
}
