export type { User } from './user.ts';
export { Users } from './users.ts';
