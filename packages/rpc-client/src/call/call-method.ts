import type { DescMethod } from '@bufbuild/protobuf';
import { type HeaderList, sharedHeaderList } from '@example/http2';
import type { CodecOptions } from '@example/rpc-core';
import { connectStream, connectUnary } from '../protocol/connect.ts';
import { grpc } from '../protocol/grpc.ts';
import { grpcWeb } from '../protocol/grpc-web.ts';
import type { Fields, Protocol, RequestOptions } from '../protocol/protocol.ts';
import { type Codec, createCodec } from './codec.ts';

/** The server of a transport, and how it is called. */
export interface CallTarget extends RequestOptions, CodecOptions {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly protocol: Protocol['name'];
  readonly userAgent: string;
}

/** A method as one transport calls it. */
export interface CallMethod extends Codec {
  readonly desc: DescMethod;
  readonly path: string;
  readonly protocol: Protocol;
  readonly target: CallTarget;
  /**
   * The headers that all requests of the method share. From the second request of a connection on, each field takes one
   * byte.
   */
  readonly headers: HeaderList;
}

export function callMethod(desc: DescMethod, target: CallTarget): CallMethod {
  const protocol = protocolOf(target.protocol, desc);
  const path = `/${desc.parent.typeName}/${desc.name}`;
  const fields = [...protocol.requestFields(target), ['user-agent', target.userAgent] as const];
  return {
    desc,
    path,
    protocol,
    target,
    headers: sharedHeaderList([...requestLine(target, 'POST', path), ...fields]),
    ...createCodec(target.codec, desc, target),
  };
}

/** The pseudo-header fields of a request: RFC 9113, section 8.3.1. */
export function requestLine({ scheme, authority }: CallTarget, method: string, path: string): Fields {
  return [
    [':method', method],
    [':scheme', scheme],
    [':path', path],
    [':authority', authority],
  ];
}

function protocolOf(name: Protocol['name'], { methodKind }: DescMethod): Protocol {
  if (name === 'grpc') return grpc;
  if (name === 'grpc-web') return grpcWeb;
  return methodKind === 'unary' ? connectUnary : connectStream;
}
