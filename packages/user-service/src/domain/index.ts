export type { Address, User, UserDetails } from './user.ts';
export { formatUserId } from './user-id.ts';
export { Users } from './users.ts';
export { UsersV2 } from './users-v2.ts';
