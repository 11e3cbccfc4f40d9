import type { DescMethod } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import * as z from 'zod';
import type { Backoff } from './backoff.ts';

/** The most attempts of a call, whatever its policy allows: gRFC A6. */
const maxAttempts = 5;

const codeNames: ReadonlyMap<string, Code> = new Map(
  Object.entries(Code).flatMap(([name, code]) =>
    typeof code === 'number' ? [[name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(), code] as const] : [],
  ),
);

const code = z.union([z.string(), z.number()]).transform((value, context) => {
  const known =
    typeof value === 'string' ? codeNames.get(value.toUpperCase().replace(/^CANCELLED$/, 'CANCELED')) : value;
  if (known !== undefined && Code[known] !== undefined) return known as Code;
  context.addIssue({ code: 'custom', message: `unknown status code ${value}` });
  return z.NEVER;
});

/** A duration of protobuf's JSON, such as `0.1s`, in milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d{1,9})?s$/, 'must be seconds such as 0.1s')
  .transform((text) => Number(text.slice(0, -1)) * 1_000);
const positive = duration.refine((ms) => ms > 0, 'must be more than 0');
const attempts = z
  .int()
  .min(2)
  .transform((count) => Math.min(count, maxAttempts));

const retryPolicy = z
  .object({
    maxAttempts: attempts,
    initialBackoff: positive,
    maxBackoff: positive,
    backoffMultiplier: z.number().positive(),
    retryableStatusCodes: z.array(code).min(1),
  })
  .transform(({ maxAttempts, initialBackoff, maxBackoff, backoffMultiplier, retryableStatusCodes }) => ({
    maxAttempts,
    backoff: { initialMs: initialBackoff, maxMs: maxBackoff, factor: backoffMultiplier },
    retryableCodes: new Set(retryableStatusCodes),
  }));

const hedgingPolicy = z
  .object({ maxAttempts: attempts, hedgingDelay: duration.default(0), nonFatalStatusCodes: z.array(code).default([]) })
  .transform(({ maxAttempts, hedgingDelay, nonFatalStatusCodes }) => ({
    maxAttempts,
    hedgingDelayMs: hedgingDelay,
    nonFatalCodes: new Set(nonFatalStatusCodes),
  }));

const methodConfig = z
  .object({
    name: z.array(z.object({ service: z.string().default(''), method: z.string().default('') })),
    waitForReady: z.boolean().optional(),
    timeout: duration.optional(),
    retryPolicy: retryPolicy.optional(),
    hedgingPolicy: hedgingPolicy.optional(),
  })
  .refine((config) => config.retryPolicy === undefined || config.hedgingPolicy === undefined, {
    message: 'must have a retryPolicy or a hedgingPolicy, not both',
  });

const retryThrottling = z.object({
  maxTokens: z.number().positive().max(1_000),
  tokenRatio: z.number().positive(),
});

const schema = z.object({
  /** The policies in the order of preference, such as `[{ round_robin: {} }]`. The first supported one is used. */
  loadBalancingConfig: z
    .array(
      z
        .record(z.string(), z.record(z.string(), z.unknown()))
        .refine((config) => Object.keys(config).length === 1, 'must have the name of one policy'),
    )
    .optional(),
  methodConfig: z.array(methodConfig).default([]),
  retryThrottling: retryThrottling.optional(),
  /** The service whose health servers must report: gRFC A17. An empty name is the whole server. */
  healthCheckConfig: z.object({ serviceName: z.string().max(127) }).optional(),
});

/** A service config as gRPC documents it, in its JSON form. */
export type ServiceConfigJson = z.input<typeof schema>;
export type RetryThrottling = z.output<typeof retryThrottling>;

/** Whether and when another attempt follows a failed one: gRFC A6. */
export interface RetryPolicy {
  /** All attempts, the first included. */
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  readonly retryableCodes: ReadonlySet<Code>;
}

/** Several attempts of a call at the same time: gRFC A6. */
export interface HedgingPolicy {
  /** All attempts, the first included. */
  readonly maxAttempts: number;
  /** The milliseconds from the start of an attempt to the start of the next. With 0, all start at once. */
  readonly hedgingDelayMs: number;
  /** When an attempt fails with one of these codes, the others continue, and the next one starts at once. */
  readonly nonFatalCodes: ReadonlySet<Code>;
}

export interface MethodConfig {
  /** Waits for a server instead of failing when none can be connected. */
  readonly waitForReady?: boolean | undefined;
  /** The longest timeout of a call, in milliseconds. */
  readonly timeout?: number | undefined;
  /** The retries; undefined if the proto of the method decides. */
  readonly retryPolicy?: RetryPolicy | undefined;
  /** The policy for concurrent attempts, instead of retries. */
  readonly hedgingPolicy?: HedgingPolicy | undefined;
}

export interface ServiceConfig {
  readonly loadBalancingConfig: readonly Readonly<Record<string, object>>[] | undefined;
  readonly retryThrottling: RetryThrottling | undefined;
  /** The service whose health is watched; undefined for none. */
  readonly healthService: string | undefined;
  /** The config of the method, else that of its service, else the default. */
  methodConfig(method: DescMethod): MethodConfig;
}

const noConfig: MethodConfig = Object.freeze({});

/** @throws {TypeError} with a message that names every invalid field */
export function readServiceConfig(json: ServiceConfigJson): ServiceConfig {
  const result = schema.safeParse(json);
  if (!result.success) throw new TypeError(`invalid service config:\n${z.prettifyError(result.error)}`);
  const { loadBalancingConfig, retryThrottling: throttling, methodConfig: configs, healthCheckConfig } = result.data;
  const byName = new Map(
    configs.flatMap(({ name, ...config }) =>
      name.map(({ service, method }) => [`${service}/${method}`, config] as const),
    ),
  );
  return {
    loadBalancingConfig,
    retryThrottling: throttling,
    healthService: healthCheckConfig?.serviceName,
    methodConfig: ({ parent, name }) =>
      byName.get(`${parent.typeName}/${name}`) ?? byName.get(`${parent.typeName}/`) ?? byName.get('/') ?? noConfig,
  };
}
