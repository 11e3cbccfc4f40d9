import { type DescMethod, ScalarType } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Level } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import type { RetryPolicy } from '../service-config.ts';

/** The example policy in gRPC's guide to retries. */
const guidePolicy: RetryPolicy = {
  maxAttempts: 3,
  backoff: { initialMs: 100, maxMs: 1_000, factor: 2 },
  retryableCodes: new Set([Code.Unavailable]),
};

/** Decides by the proto of a method whether a request may be sent again. */
export interface IdempotencyRule {
  /** @param message the first message of the request @param idempotencyKey the key in its metadata */
  policyFor(message: unknown, idempotencyKey: string | null | undefined): RetryPolicy | undefined;
}

/**
 * Reads from the proto which calls of a method may be repeated: all if it has an `idempotency_level`, and otherwise
 * those whose request carries an idempotency key, in the field `request_id` or in the metadata. Others are never
 * repeated once a server may have seen them.
 */
export function idempotencyRule(method: DescMethod): IdempotencyRule {
  if (method.idempotency !== Level.IDEMPOTENCY_UNKNOWN) return { policyFor: () => guidePolicy };
  const field = method.input.fields.find(
    ({ name, fieldKind, scalar }) => name === 'request_id' && fieldKind === 'scalar' && scalar === ScalarType.STRING,
  );
  const hasKey = (value: unknown) => typeof value === 'string' && value !== '';
  return {
    policyFor: (message, idempotencyKey) => {
      const requestId = field && (message as Readonly<Record<string, unknown>> | undefined)?.[field.localName];
      return hasKey(requestId) || hasKey(idempotencyKey) ? guidePolicy : undefined;
    },
  };
}
