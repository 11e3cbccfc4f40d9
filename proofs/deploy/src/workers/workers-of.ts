import { getUser } from '../load/callers.ts';

/**
 * The number of concurrent connections. A new connection goes to the worker with the fewest, so this must be more than
 * the number of clients in a test.
 */
const connections = 8;

/** Calls service.ts on new connections. @returns the process ids of all workers */
export async function workersOf(url: string): Promise<number[]> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const call = async () => {
    const response = await fetch(`${url}${getUser}`, { method: 'POST', headers, body: '{"id":"1"}' });
    return Number(((await response.json()) as { email: string }).email);
  };
  return await Promise.all(Array.from({ length: connections }, call));
}
