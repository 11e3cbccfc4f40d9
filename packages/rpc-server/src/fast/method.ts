import { create, type DescMethod, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type MethodImplSpec,
} from '@connectrpc/connect';
import {
  createMethodSerializationLookup,
  createMethodUrl,
  limitSerialization,
  type UniversalHandlerOptions,
} from '@connectrpc/connect/protocol';
import { messageReader, messageWriter } from '@example/message-codec';
import { isOpenEnded } from '../calls/open-ended.ts';

/** A message that a method takes. */
export type Request = MessageShape<DescMethod['input']>;
/** What a handler gives for a message that a method answers. */
export type Answer = MessageInitShape<DescMethod['output']>;

/** Messages of a method to and from bytes, in one of the encodings. */
export interface Codec {
  /** @throws {ConnectError} */
  readonly parse: (bytes: Uint8Array) => Request;
  /** @throws when the message is not one of the method's */
  readonly serialize: (message: Answer) => Uint8Array;
}

/** A method that a service has registered. */
export interface Method {
  readonly desc: DescMethod;
  readonly spec: MethodImplSpec;
  readonly proto: Codec;
  readonly json: Codec;
  /** Whether its calls have no default deadline. */
  readonly isOpenEnded: boolean;
}

type RouteOptions = Partial<UniversalHandlerOptions>;

/** What a service may ask for and has here; those that ask for more are left to Connect's handlers. */
const knownOptions = new Set(['jsonOptions', 'binaryOptions']);

/**
 * Lets services register with Connect's router, and takes note of what they register.
 *
 * @param maxBytes of a message that is received
 * @returns the methods by their paths
 */
export function recordMethods(
  router: ConnectRouter,
  routes: (router: ConnectRouter) => void,
  maxBytes: number,
): ReadonlyMap<string, Method> {
  const methods = new Map<string, Method>();
  const record = (spec: MethodImplSpec, options: RouteOptions = {}) => {
    if (Object.keys(options).some((name) => !knownOptions.has(name))) return;
    methods.set(createMethodUrl('/', spec.method), toMethod(spec, options, maxBytes));
  };
  const recorder: ConnectRouter = {
    handlers: router.handlers,
    service(service, implementation, options) {
      router.service(service, implementation, options);
      const { methods: specs } = createServiceImplSpec(service, implementation);
      for (const spec of Object.values(specs)) record(spec, options);
      return recorder;
    },
    rpc(method, implementation, options) {
      router.rpc(method, implementation, options);
      record(createMethodImplSpec(method, implementation), options);
      return recorder;
    },
  };
  routes(recorder);
  return methods;
}

/** No limit of Connect: what a handler answers is sent. */
const writeMaxBytes = 0xffff_ffff;

function toMethod(spec: MethodImplSpec, { binaryOptions, jsonOptions }: RouteOptions, readMaxBytes: number): Method {
  const { method: desc } = spec;
  const limits = { readMaxBytes, writeMaxBytes };
  const lookup = createMethodSerializationLookup(desc, binaryOptions, jsonOptions, limits);
  const codec = (isBinary: boolean): Codec => {
    const input = lookup.getI(isBinary);
    const output = lookup.getO(isBinary);
    return {
      parse: (bytes) => input.parse(bytes),
      serialize: (message) => output.serialize(create(desc.output, message)),
    };
  };
  const proto = binaryOptions === undefined ? planned(desc, limits) : codec(true);
  return { desc, spec, proto, json: codec(false), isOpenEnded: isOpenEnded(desc) };
}

/** What Connect's codec without options does, several times faster. */
function planned({ input, output }: DescMethod, limits: { readMaxBytes: number; writeMaxBytes: number }): Codec {
  const read = messageReader(input);
  const parse = (bytes: Uint8Array): Request => {
    try {
      return read(bytes);
    } catch (error) {
      throw new ConnectError(`parse binary: ${error instanceof Error ? error.message : error}`, Code.Internal);
    }
  };
  const serialize = messageWriter(output);
  return { parse: limitSerialization<Request>({ parse, serialize }, limits).parse, serialize };
}
