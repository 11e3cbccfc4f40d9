import { type experimental, Metadata } from '@grpc/grpc-js';

type PickArgs = experimental.PickArgs;

const argsFor = (kind: string): PickArgs => ({ metadata: new Metadata(), extraPickInfo: { kind } });
const unary = argsFor('unary');
const stream = argsFor('stream');

/**
 * The information about a call that a policy receives.
 *
 * @param route the part from the route of the call, if there are routes
 */
export function pickInfo(hasStream: boolean, route?: PickArgs): PickArgs {
  const args = hasStream ? stream : unary;
  if (route === undefined) return args;
  return { ...route, extraPickInfo: { ...route.extraPickInfo, ...args.extraPickInfo } };
}

export function isStream(args: PickArgs): boolean {
  return args.extraPickInfo['kind'] === 'stream';
}
