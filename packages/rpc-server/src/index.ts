export { bind } from './bind.ts';
export {
  ConfigError,
  type Environment,
  readEnvironment,
  type ServerConfig,
  serverConfig,
  serverSettings,
} from './config.ts';
export type { Logger } from './logger.ts';
export { runService } from './run-service.ts';
export { type RunningServer, type ServeOptions, serve } from './serve.ts';
