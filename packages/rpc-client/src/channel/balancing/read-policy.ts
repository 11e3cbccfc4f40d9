import { experimental } from '@grpc/grpc-js';
import { registerLeastRequest } from './least-request.ts';
import { registerRandomSubsetting } from './random-subsetting.ts';
import { registerWeightedRoundRobin, weightedRoundRobinName } from './weighted-round-robin.ts';

registerLeastRequest();
registerRandomSubsetting();
registerWeightedRoundRobin();

/** A policy by its name, with its fields: `{ round_robin: {} }`. */
export type PolicyJson = Readonly<Record<string, object>>;

/** The names that gRFCs use, for policies that are registered with other names. */
const otherNames: Readonly<Record<string, string>> = {
  outlier_detection_experimental: 'outlier_detection',
  weighted_round_robin: weightedRoundRobinName,
};

/**
 * @returns the first policy that is known
 * @throws {TypeError} if there is none, or it has invalid fields
 */
export function readPolicy(policies: readonly PolicyJson[]): experimental.TypedLoadBalancingConfig {
  const configs = policies.map(toGrpcJs);
  const known = configs.find((config) => Object.keys(config).some(experimental.isLoadBalancerNameRegistered));
  if (known === undefined) {
    const names = policies.flatMap((config) => Object.keys(config));
    throw new TypeError(`invalid loadBalancingConfig: there is no policy ${names.join(', ')}`);
  }
  try {
    return experimental.parseLoadBalancingConfig(known);
  } catch (error) {
    throw new TypeError(`invalid loadBalancingConfig: ${(error as Error).message}`);
  }
}

/** Converts outlier detection to the form that grpc-js reads. It reads other policies in the form of the gRFCs. */
function toGrpcJs(policy: PolicyJson): Record<string, object> {
  return Object.fromEntries(
    Object.entries(policy).map(([name, fields]) => {
      const known = otherNames[name] ?? name;
      return [known, known === 'outlier_detection' ? (inSnakeCase(fields) as object) : withChildren(fields)];
    }),
  );
}

function withChildren(fields: object): object {
  if (!('childPolicy' in fields) || !Array.isArray(fields.childPolicy)) return fields;
  return { ...fields, childPolicy: fields.childPolicy.map(toGrpcJs) };
}

function inSnakeCase(value: unknown): unknown {
  if (typeof value === 'string') return toDuration(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      name === 'childPolicy' && Array.isArray(field) ? field.map(toGrpcJs) : inSnakeCase(field),
    ]),
  );
}

/** Converts a duration of protobuf's JSON, such as `0.5s`, and leaves any other text unchanged. */
function toDuration(text: string): unknown {
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9}))?s$/.exec(text) ?? [];
  return seconds === undefined ? text : { seconds: Number(seconds), nanos: Number(fraction.padEnd(9, '0')) };
}
