import { type experimental, Metadata } from '@grpc/grpc-js';

type PickArgs = experimental.PickArgs;

const argsFor = (kind: string): PickArgs => ({ metadata: new Metadata(), extraPickInfo: { kind } });
const unary = argsFor('unary');
const stream = argsFor('stream');

/** What a policy gets of a call. @param route what it gets of the call's route, if there are routes */
export function pickInfo(hasStream: boolean, route?: PickArgs): PickArgs {
  const args = hasStream ? stream : unary;
  if (route === undefined) return args;
  return { ...route, extraPickInfo: { ...route.extraPickInfo, ...args.extraPickInfo } };
}

export function isStream(args: PickArgs): boolean {
  return args.extraPickInfo['kind'] === 'stream';
}
