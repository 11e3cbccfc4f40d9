export { readConfig, type UserServiceConfig } from './config.ts';
export { startUserService } from './start.ts';
export { openUserRepository } from './store/open-user-repository.ts';
