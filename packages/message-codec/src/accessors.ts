import type { DescField, DescOneof } from '@bufbuild/protobuf';
import { accessorFactories, clones } from './monomorphic-accessors.ts';

/*
 * V8 caches the shapes of objects for each property access in the source ("inline cache"). An access that sees messages
 * of many types is several times slower than one that sees a single type. Therefore every field and every type gets a
 * function of its own from monomorphic-accessors.ts. When all of these functions are in use, further fields and types
 * share them.
 */

/** A message or message init (protobuf-es's `MessageInitShape`) by property name. */
export type Fields = Record<string, unknown>;

/** Reads and writes one property. */
export interface Accessor {
  readonly get: (message: Fields) => unknown;
  readonly set: (message: Fields, value: unknown) => void;
}

/** Copies a message. */
export type Clone = (message: Fields) => Fields;

/** @returns the only accessor of a field or oneof */
export function accessorOf(member: DescField | DescOneof): Accessor {
  let accessor = accessors.get(member);
  if (accessor === undefined) {
    const create = accessorFactories[accessorCount++ % accessorFactories.length] as (name: string) => Accessor;
    accessor = create(member.localName);
    accessors.set(member, accessor);
  }
  return accessor;
}

/** @returns a function to be used for the messages of one type */
export function newClone(): Clone {
  return clones[cloneCount++ % clones.length] as Clone;
}

const accessors = new WeakMap<DescField | DescOneof, Accessor>();
let accessorCount = 0;
let cloneCount = 0;
