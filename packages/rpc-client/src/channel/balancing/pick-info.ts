import { type experimental, Metadata } from '@grpc/grpc-js';

type PickArgs = experimental.PickArgs;

const argsFor = (kind: string): PickArgs => ({ metadata: new Metadata(), extraPickInfo: { kind } });
const unary = argsFor('unary');
const stream = argsFor('stream');

/** What a policy gets of a call. */
export function pickInfo(hasStream: boolean): PickArgs {
  return hasStream ? stream : unary;
}

export function isStream(args: PickArgs): boolean {
  return args.extraPickInfo['kind'] === 'stream';
}
