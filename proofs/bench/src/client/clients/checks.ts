import { line, streamLength, user } from '../../server/peers/responses.ts';

export const lines = Array.from({ length: streamLength }, () => line);

export async function* eachLine() {
  yield* lines;
}

export function checkUser({ name }: { readonly name: string }): number {
  if (name !== user.name) throw new Error(`unexpected user ${name}`);
  return 1;
}

export function checkCount(count: number): number {
  if (count !== streamLength) throw new Error(`${count} messages, not ${streamLength}`);
  return count;
}

export async function countOf(messages: AsyncIterable<{ readonly id: string }>): Promise<number> {
  let count = 0;
  for await (const { id } of messages) if (id !== '') count += 1;
  return checkCount(count);
}
