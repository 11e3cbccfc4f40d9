// HTTP/2 for servers, on any `Duplex`.
//
// The way of a request: connection/http2-connection reads the socket, frames/frame-reader splits the bytes into frames,
// server/request-frames turns them into requests, and server/server-stream passes these to the handler. The way of a
// response: server/server-stream, streams/message-sender (HPACK, flow control, queues), frames/frame-writer, socket.
// Everything outside of server/ is independent of the role: a client can share it.
export type {
  Connection,
  ConnectionClose,
  ConnectionOptions,
  Stream,
  StreamClose,
  StreamHandler,
} from './api.ts';
export { ErrorCode, errorName } from './errors/error-code.ts';
export type { HeaderField } from './headers/header-field.ts';
export { type HeaderList, headerList, isSendable, sharedHeaderList } from './headers/header-list.ts';
export { defaultLimits, type Limits } from './limits/limits.ts';
export { serveConnection } from './server/serve-connection.ts';
