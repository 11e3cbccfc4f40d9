import { getUser } from '../load/callers.ts';

/**
 * The number of connections at once. A new one goes to the worker with the fewest, so there must be more than the
 * clients of a test have.
 */
const connections = 8;

/** Calls service.ts on new connections. @returns the processes that served the calls: those of all workers */
export async function workersOf(url: string): Promise<number[]> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const call = async () => {
    const response = await fetch(`${url}${getUser}`, { method: 'POST', headers, body: '{"id":"1"}' });
    return Number(((await response.json()) as { email: string }).email);
  };
  return await Promise.all(Array.from({ length: connections }, call));
}
