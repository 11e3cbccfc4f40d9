import { ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { BadRequestSchema } from '@example/protos/google/rpc/error_details';

export { callHeaders } from './call-headers.ts';
export { type InProcessServer, startInProcess } from './in-process-server.ts';
export { runRoutes } from './run-routes.ts';
export { endWhileLoading, type ServiceProcess, startProcess } from './service-process.ts';
export { type ServerWithAuth, startWithAuth } from './start-with-auth.ts';
export { silentLogger, testConfig } from './test-config.ts';

/** Transports of Connect's client for all protocols and HTTP versions. */
export const transports: readonly [name: string, (baseUrl: string) => Transport][] = [
  ['gRPC', (baseUrl) => createGrpcTransport({ baseUrl })],
  ['gRPC-Web over HTTP/1.1', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' })],
  ['gRPC-Web over HTTP/2', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '2' })],
  ['Connect over HTTP/1.1', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1' })],
  ['Connect over HTTP/2', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2' })],
  ['Connect by GET over HTTP/2', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2', useHttpGet: true })],
  ['Connect with JSON', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false })],
];

/** The error of a call that must fail. @throws when the call succeeds */
export async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error) => ConnectError.from(error),
  );
}

/** The fields that the google.rpc.BadRequest in an error names. */
export function fieldsAtFault(error: ConnectError): string[] {
  return error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field));
}
