export { readConfig, type UserServiceConfig } from './config.ts';
export { startUserService } from './start.ts';
