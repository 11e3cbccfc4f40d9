import { readFileSync } from 'node:fs';
import { credentials, Metadata, status } from '@grpc/grpc-js';
import { headersOf } from './lines.js';

const { CA_FILE } = process.env;

export const channelCredentials = CA_FILE ? credentials.createSsl(readFileSync(CA_FILE)) : credentials.createInsecure();

/**
 * Makes a call of any kind on a client of grpc-js.
 *
 * @param {Record<string, any>} client
 * @param {string} name of the client's method
 * @param {{ requestStream: boolean, responseStream: boolean }} definition of the method
 * @param {any[]} requests in the form that the client accepts
 * @param {import('../../src/driver.ts').Call} call
 * @returns {Promise<{ responses: any[], error?: import('@grpc/grpc-js').ServiceError }>} `error` if the call failed
 */
export async function collect(client, name, { requestStream, responseStream }, requests, call) {
  const rest = [metadataOf(call), { deadline: Date.now() + call.timeoutMs }];
  const start = (...args) => client[name](...(requestStream ? [] : requests), ...rest, ...args);
  const responses = [];
  try {
    if (responseStream) {
      const stream = start();
      if (requestStream) sendAll(stream, requests, call);
      for await (const response of stream) responses.push(response);
    } else {
      const { promise, resolve, reject } = Promise.withResolvers();
      const stream = start((error, response) => (error ? reject(error) : resolve(response)));
      if (requestStream) sendAll(stream, requests, call);
      responses.push(await promise);
    }
    return { responses };
  } catch (error) {
    return { responses, error };
  }
}

/**
 * The status of a result, for every client on grpc-js.
 *
 * @param {import('@grpc/grpc-js').ServiceError | undefined} error
 * @returns {{ code: string, message?: string }}
 */
export function codeOf(error) {
  return error === undefined ? { code: 'OK' } : { code: status[error.code], message: error.details };
}

function metadataOf(call) {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headersOf(call))) metadata.set(name, value);
  return metadata;
}

function sendAll(stream, requests, { holdOpen }) {
  for (const request of requests) stream.write(request);
  if (!holdOpen) stream.end();
}
