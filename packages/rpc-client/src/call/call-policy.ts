import type { DescMethod } from '@bufbuild/protobuf';
import { inherited } from '../context/inherited.ts';
import { type IdempotencyRule, idempotencyRule } from '../retries/default-policy.ts';
import { Retries } from '../retries/retries.ts';
import { RetryThrottle } from '../retries/retry-throttle.ts';
import type { MethodConfig, ServiceConfig } from '../service-config.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { CallOptions } from './call-options.ts';

export interface CallPolicyOptions {
  readonly config: ServiceConfig;
  /** The timeout of calls that set none, in milliseconds; 0 for no timeout. */
  readonly defaultTimeoutMs: number;
  readonly waitForReady: boolean;
  readonly token: TokenSource | undefined;
  /** Whether the token of the call that is being served is passed on. */
  readonly passToken: boolean;
}

/** A call as a program requests it. */
export interface CallRequest {
  readonly signal: AbortSignal | undefined;
  /** The timeout in milliseconds; undefined for the default, 0 or less for no timeout. */
  readonly timeoutMs: number | undefined;
  readonly header: ConstructorParameters<typeof Headers>[0];
  /** The only message, if there is only one. */
  readonly message: unknown;
}

interface MethodPolicy {
  readonly config: MethodConfig;
  readonly idempotency: IdempotencyRule;
}

/** The options of each call: from the program, the service config, the proto, and the call that is being served. */
export class CallPolicy {
  readonly #options: CallPolicyOptions;
  readonly #throttle: RetryThrottle;
  readonly #methods = new Map<DescMethod, MethodPolicy>();

  constructor(options: CallPolicyOptions) {
    this.#options = options;
    this.#throttle = new RetryThrottle(options.config.retryThrottling);
  }

  optionsOf(method: DescMethod, { signal, timeoutMs, header, message }: CallRequest): CallOptions {
    const { config, idempotency } = this.#policyOf(method);
    const { defaultTimeoutMs, waitForReady, token, passToken } = this.#options;
    const parent = inherited(passToken);
    const own = timeoutMs ?? defaultTimeoutMs;
    const headers = withInherited(header, parent?.headers);
    const { hedgingPolicy } = config;
    const retryPolicy =
      hedgingPolicy === undefined
        ? (config.retryPolicy ?? idempotency.policyFor(message, headers?.get('idempotency-key')))
        : undefined;
    return {
      signal: either(signal, parent?.signal),
      timeoutMs: smallest(smallest(own > 0 ? own : undefined, config.timeout), parent?.timeLeftMs),
      header: headers,
      waitForReady: config.waitForReady ?? waitForReady,
      retries: new Retries(retryPolicy, this.#throttle),
      token,
      hedging: hedgingPolicy && { policy: hedgingPolicy, throttle: this.#throttle },
      startedAt: undefined,
      usedServers: undefined,
    };
  }

  #policyOf(method: DescMethod): MethodPolicy {
    let policy = this.#methods.get(method);
    if (policy === undefined) {
      policy = { config: this.#options.config.methodConfig(method), idempotency: idempotencyRule(method) };
      this.#methods.set(method, policy);
    }
    return policy;
  }
}

function smallest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return AbortSignal.any([one, other]);
}

function withInherited(
  own: CallRequest['header'],
  inheritedFields: readonly (readonly [name: string, value: string])[] = [],
): Headers | undefined {
  if (own === undefined && inheritedFields.length === 0) return undefined;
  const headers = new Headers(own);
  for (const [name, value] of inheritedFields) if (!headers.has(name)) headers.set(name, value);
  return headers;
}
