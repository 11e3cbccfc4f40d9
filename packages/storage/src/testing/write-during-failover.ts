const writers = 16;
const writesPerWriter = 40;
const writesBeforeKill = 200;

/**
 * Writes through two replicas from concurrent clients, and kills replica 0 under load. A client retries a failed write
 * on the other replica with the same request id until it succeeds.
 *
 * @param write writes through replica 0 or 1, and returns the id of the new resource
 * @param killFirst kills replica 0; called once
 * @returns the ids of all acknowledged resources, by request id
 */
export async function writeDuringFailover(
  write: (replica: number, requestId: string) => Promise<string>,
  killFirst: () => void,
): Promise<Map<string, string>> {
  const acknowledged = new Map<string, string>();
  let isKilled = false;
  const runWriter = async (writer: number) => {
    for (let i = 0; i < writesPerWriter; i++) {
      const requestId = crypto.randomUUID();
      for (let attempt = 0; !acknowledged.has(requestId); attempt++) {
        const id = await write((writer + attempt) % 2, requestId).catch(() => undefined);
        if (id !== undefined) acknowledged.set(requestId, id);
      }
      if (acknowledged.size >= writesBeforeKill && !isKilled) {
        isKilled = true;
        killFirst();
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => runWriter(writer)));
  return acknowledged;
}
