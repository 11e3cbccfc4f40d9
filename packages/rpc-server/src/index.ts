export type { MethodScopes } from './access/access.ts';
export { type Caller, callerOf, isAdmin } from './access/caller.ts';
export { bind } from './connections/bind.ts';
export { type ServerConfig, serverConfig, serverSettings, type Tls } from './process/config.ts';
export { ConfigError, type Environment, readEnvironment } from './process/environment.ts';
export type { Logger } from './process/logger.ts';
export { runService } from './process/run-service.ts';
export { type RunningServer, type ServeOptions, serve } from './serve.ts';
