export type {
  Connection,
  ConnectionClose,
  ConnectionOptions,
  Stream,
  StreamClose,
  StreamHandler,
} from './api.ts';
export { ErrorCode } from './errors/error-code.ts';
export type { HeaderField } from './headers/header-field.ts';
export { type HeaderList, headerList, sharedHeaderList } from './headers/header-list.ts';
export { defaultLimits, type Limits } from './limits/limits.ts';
export { MemoryBudget } from './limits/memory-budget.ts';
export { serveConnection } from './server/serve-connection.ts';
