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
 * @param {any[]} requests in the form that the client takes
 * @param {import('../../src/driver.ts').Call} call
 * @returns {Promise<{ answers: any[], error?: import('@grpc/grpc-js').ServiceError }>} what came, and how it ended if not well
 */
export async function collect(client, name, { requestStream, responseStream }, requests, call) {
  const rest = [metadataOf(call), { deadline: Date.now() + call.timeoutMs }];
  const start = (...args) => client[name](...(requestStream ? [] : requests), ...rest, ...args);
  const answers = [];
  try {
    if (responseStream) {
      const stream = start();
      if (requestStream) sendAll(stream, requests, call);
      for await (const answer of stream) answers.push(answer);
    } else {
      const { promise, resolve, reject } = Promise.withResolvers();
      const stream = start((error, answer) => (error ? reject(error) : resolve(answer)));
      if (requestStream) sendAll(stream, requests, call);
      answers.push(await promise);
    }
    return { answers };
  } catch (error) {
    return { answers, error };
  }
}

/**
 * The part of an answer that every client of grpc-js makes alike.
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
