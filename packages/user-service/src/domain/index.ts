export type { Address, User, UserDetails } from './user.ts';
export { formatUserId } from './user-id.ts';
export { UsersV1 } from './users-v1.ts';
export { UsersV2 } from './users-v2.ts';
