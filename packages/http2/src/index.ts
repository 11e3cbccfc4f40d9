// HTTP/2 for servers and clients, on any `Duplex`.
//
// The way of a request into a server: connection/http2-connection reads the socket, frames/frame-reader splits the
// bytes into frames, server/request-frames turns them into requests, and server/server-stream passes these to the
// handler. The way of a response: server/server-stream, streams/message-sender (HPACK, flow control, queues),
// frames/frame-writer, socket. In a client, client/client-stream and client/response-frames take the place of those in
// server/. Everything outside of these two folders is shared.
export type {
  Connection,
  ConnectionClose,
  ConnectionOptions,
  Goaway,
  MessageStream,
  Stream,
  StreamClose,
  StreamHandler,
} from './api.ts';
export type { ClientConnection, ClientConnectionOptions, ResponseHandler } from './client/client-api.ts';
export { openConnection } from './client/open-connection.ts';
export { ErrorCode, errorName } from './errors/error-code.ts';
export { flushAll } from './frames/flush-schedule.ts';
export type { HeaderField } from './headers/header-field.ts';
export { type HeaderList, headerList, isSendable, sharedHeaderList } from './headers/header-list.ts';
export { defaultLimits, type Limits } from './limits/limits.ts';
export { serveConnection } from './server/serve-connection.ts';
