import { servedCall } from '@example/service-kit';

/**
 * Header fields that a served call passes on to the calls that its handler makes: its id, and the trace context of W3C
 * and of gRPC.
 */
const passedOn = ['x-request-id', 'traceparent', 'tracestate', 'baggage', 'grpc-trace-bin'] as const;

/** The properties that a call takes over from the call that is being served. */
export interface Inherited {
  /** The milliseconds until the deadline of that call; undefined without one. */
  readonly timeLeftMs: number | undefined;
  /** Fires when that call has ended. */
  readonly signal: AbortSignal | undefined;
  /** Names in lower case. Header fields of the new call itself take precedence. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * The properties that a call inherits if it is made now; undefined outside of a call.
 *
 * @param passToken whether the server may receive the token of the caller
 */
export function inherited(passToken: boolean): Inherited | undefined {
  const call = servedCall();
  if (call === undefined) return undefined;
  const { requestId, requestHeaders, signal } = call;
  const headers: [string, string][] = [];
  for (const name of passToken ? [...passedOn, 'authorization'] : passedOn) {
    const value = name === 'x-request-id' ? requestId : requestHeaders?.get(name);
    if (value !== undefined) headers.push([name, value]);
  }
  return { timeLeftMs: call.timeLeft(), signal, headers };
}
