export type { Logger } from 'pino';
export { type Caller, isAdmin } from './auth/caller.ts';
export type { MethodScopes } from './auth/scopes.ts';
export { callOf, type HandlerCall } from './call/call-context.ts';
export { ConfigError, type Environment, readEnvironment } from './config/environment.ts';
export { type ServerConfig, serverConfig, serverSettings, type Tls } from './config/server-config.ts';
export { bind } from './listener/bind.ts';
export { runService } from './process/run-service.ts';
export { type RunningServer, type ServeOptions, serve } from './serve.ts';
