export type { MethodScopes } from './access.ts';
export { bind } from './bind.ts';
export { type Caller, callerOf, isAdmin } from './caller.ts';
export { type ServerConfig, serverConfig, serverSettings, type Tls } from './config.ts';
export { ConfigError, type Environment, readEnvironment } from './environment.ts';
export type { Logger } from './logger.ts';
export { runService } from './run-service.ts';
export { type RunningServer, type ServeOptions, serve } from './serve.ts';
