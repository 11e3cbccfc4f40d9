export type { Connection, ConnectionClose, ConnectionOptions } from './connection-options.ts';
export { ErrorCode } from './error-code.ts';
export type { HeaderField } from './headers/header-field.ts';
export { type HeaderList, headerList, sharedHeaderList } from './headers/header-list.ts';
export { defaultLimits, type Limits } from './limits/limits.ts';
export { MemoryBudget } from './limits/memory-budget.ts';
export { serveConnection } from './serve-connection.ts';
export type { Stream, StreamClose, StreamHandler } from './stream-handler.ts';
