import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import type { Peer } from './address/peer.ts';
import { RateLimit } from './auth/rate-limit.ts';
import { needsToken } from './auth/scopes.ts';
import { allowedHosts } from './call/allowed-hosts.ts';
import { Call, type CallProtocol, type CallServer } from './call/call.ts';
import { type CallHeaders, type ProtocolName, parseCallHeaders } from './call/call-headers.ts';
import type { CallStream, Dispatch } from './call/call-stream.ts';
import type { CodecName } from './call/codec.ts';
import { cors } from './call/cors.ts';
import type { Fields } from './call/metadata.ts';
import type { Method } from './call/method.ts';
import { Refusal, type RefusalResponse } from './call/refusal.ts';
import { RefusedCall } from './call/refused-call.ts';
import type { SharedResponse } from './call/response.ts';
import { connectGet, connectStream, connectUnary } from './connect/connect.ts';
import { grpc, grpcWeb, grpcWebText } from './grpc/grpc.ts';
import { tooManyRefusals, unknownMethod } from './grpc/trailers-only.ts';
import { type OverloadGuard, overloaded } from './overload/overload-guard.ts';

/** The protocols, by the name that a content type determines. */
const protocols: Readonly<Record<ProtocolName, CallProtocol>> = {
  grpc,
  'grpc-web': grpcWeb,
  'grpc-web-text': grpcWebText,
  connect: connectUnary,
  'connect-stream': connectStream,
};

/** The responses to calls that the overload guard does not admit, encoded for each protocol when it first needs one. */
const overloadedResponses = new Map<CallProtocol, Readonly<Record<CodecName, SharedResponse>>>();

function overloadedResponse(protocol: CallProtocol, codec: CodecName): SharedResponse {
  let responses = overloadedResponses.get(protocol);
  if (responses === undefined) {
    const error = overloaded();
    responses = { proto: protocol.encodeError(error, 'proto'), json: protocol.encodeError(error, 'json') };
    overloadedResponses.set(protocol, responses);
  }
  return responses[codec];
}

function refuseOverload(): never {
  throw overloaded();
}

/** Creates the function that turns each request into a call or a refusal. @param methods the methods by path */
export function createDispatch(
  server: CallServer,
  methods: ReadonlyMap<string, Method>,
  overload: OverloadGuard,
): Dispatch {
  const refusing: CallServer = { ...server, gate: refuseOverload };
  const servingLater: CallServer = {
    ...server,
    gate: async (...call) => {
      await overload.endOfTurn();
      return server.gate(...call);
    },
  };
  const serverFor = ({ desc }: Method): CallServer => {
    // Methods of health need no token, and are served under any load.
    if (!needsToken(desc)) return server;
    if (!overload.admits()) return refusing;
    return overload.isRefusing ? servingLater : server;
  };
  const { callsPerSecond, callBurst, allowedHosts: hosts } = server.config;
  const refusals = new RateLimit(callsPerSecond, callBurst);
  const isAllowed = allowedHosts(hosts);
  const toCors = cors(server.config);
  const refuse = (
    stream: CallStream,
    headers: CallHeaders,
    client: Peer,
    target: number,
    method: Method | undefined,
    corsFields: Fields = [],
  ) => {
    const isPreflight = target === 204;
    const isOver = !isPreflight && refusals.take(client.network) > 0;
    const response = isOver ? refusalOverRate(headers) : refusal(target, headers, method);
    const fields = [...corsFields, ...response.fields];
    return new Refusal(server, stream, headers, client.address, { ...response, fields });
  };
  return (stream, peer, memory) => {
    const headers = parseCallHeaders(stream.headers);
    const client = peer.proxies?.clientOf(peer, headers.forwardedFor, headers.forwarded) ?? peer;
    if (isAllowed?.(stream.headers) === false) return refuse(stream, headers, client, 421, undefined);
    const method = methods.get(headers.path);
    const crossOrigin = toCors?.(stream.headers);
    const target = crossOrigin?.status ?? targetOf(stream.headers.method, headers, method);
    if (typeof target !== 'number' && method !== undefined) {
      const by = serverFor(method);
      const corsFields = crossOrigin?.fields;
      if (by === refusing && corsFields === undefined) {
        return new RefusedCall(stream, overloadedResponse(target, headers.codec));
      }
      return new Call(by, target, method, stream, headers, client, corsFields, memory);
    }
    return refuse(stream, headers, client, target as number, method, crossOrigin?.fields);
  };
}

/** The protocol of a call, or the HTTP status of a refusal. */
function targetOf(httpMethod: string, headers: CallHeaders, method: Method | undefined): CallProtocol | number {
  if (method === undefined) return 404;
  if (!headers.isAuthorityValid) return 400;
  if (!allowedMethods(method).includes(httpMethod)) return 405;
  const { protocol } = headers;
  const isUnary = method.desc.methodKind === 'unary';
  if (protocol === undefined || (protocol === 'connect' && !isUnary) || (protocol === 'connect-stream' && isUnary)) {
    return 415;
  }
  return httpMethod === 'GET' ? connectGet : protocols[protocol];
}

function refusal(status: number, { path, protocol }: CallHeaders, method: Method | undefined): RefusalResponse {
  // For a method that does not exist, gRPC clients and balancers expect gRPC's own status, not an HTTP status.
  if (status === 404 && isGrpc(protocol)) return unknownMethod(path, `application/${protocol}`);
  // RFC 9110, section 15.5.6.
  if (status === 405 && method !== undefined) {
    return { status, fields: [['allow', allowedMethods(method).join(', ')]] };
  }
  return { status, fields: [] };
}

function refusalOverRate({ protocol }: CallHeaders): RefusalResponse {
  if (isGrpc(protocol)) return tooManyRefusals(`application/${protocol}`);
  return { status: 429, fields: [['retry-after', '1']] };
}

function isGrpc(protocol: ProtocolName | undefined): boolean {
  return protocol?.startsWith('grpc') === true;
}

function allowedMethods({ desc }: Method): readonly string[] {
  const isSafe = desc.methodKind === 'unary' && desc.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  return isSafe ? ['POST', 'GET'] : ['POST'];
}
