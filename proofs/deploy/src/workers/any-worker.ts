import { getUser } from '../load/callers.ts';

/** Calls service.ts on a new connection. @returns the process that served the call */
export async function anyWorker(url: string): Promise<number> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const response = await fetch(`${url}${getUser}`, { method: 'POST', headers, body: '{"id":"1"}' });
  return Number(((await response.json()) as { email: string }).email);
}
