import { create, type DescMessage } from '@bufbuild/protobuf';
import { accessorOf, type Fields, newClone } from './accessors.ts';

const creators = new WeakMap<DescMessage, () => Fields>();

/** @returns the only function that creates empty messages of the type */
export function messageCreator(schema: DescMessage): () => Fields {
  const creator = creators.get(schema) ?? newCreator(schema);
  creators.set(schema, creator);
  return creator;
}

function newCreator(schema: DescMessage): () => Fields {
  const zero: Fields = { ...create(schema) };
  const clone = newClone();
  // Functions that set new lists, maps and oneofs in a cloned message, because messages must not share them.
  const resetters = schema.members.flatMap(resettersOf);
  return () => {
    const message = clone(zero);
    for (let index = 0; index < resetters.length; index++) (resetters[index] as (message: Fields) => void)(message);
    return message;
  };
}

function resettersOf(member: DescMessage['members'][number]): ((message: Fields) => void)[] {
  const isOneof = member.kind === 'oneof';
  if (!isOneof && member.fieldKind !== 'list' && member.fieldKind !== 'map') return [];
  const { set } = accessorOf(member);
  if (isOneof) return [(message) => set(message, { case: undefined })];
  return [member.fieldKind === 'list' ? (message) => set(message, []) : (message) => set(message, {})];
}
