import type { Rehearsal } from './rehearsal.ts';

/** Of UserService and OrderService. */
export function urls({ services }: Pick<Rehearsal, 'services'>): [string, string] {
  return [services.usersUrl, services.ordersUrl];
}

/** HOST:PORT of the same. */
export function addresses(rehearsal: Pick<Rehearsal, 'services'>): string[] {
  return urls(rehearsal).map((url) => new URL(url).host);
}
