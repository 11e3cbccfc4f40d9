import { create, toBinary } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { GetUserRequestSchema, UserSchema, UserService } from '@example/protos/user/v1';
import { describe, expect, it } from 'vitest';
import { createRegistry, type Method } from './method.ts';

function getUser(options?: object): Method {
  const { methods, router } = createRegistry([]);
  router.service(UserService, {}, options);
  return methods.get('/user.v1.UserService/GetUser') as Method;
}

const request = create(GetUserRequestSchema, { id: '7' });
const unknown = { no: 9, wireType: 0, data: new Uint8Array([1]) };

describe('a registered method', () => {
  it('reads and writes protobuf as protobuf-es does, with unknown fields', () => {
    const { proto } = getUser().codecs;
    const withUnknown = { ...request, $unknown: [unknown] };
    expect(proto.parse(toBinary(GetUserRequestSchema, withUnknown))).toEqual(withUnknown);
    const user = { id: '7', name: 'Aoife' };
    expect(proto.serialize(user)).toEqual(toBinary(UserSchema, create(UserSchema, user)));
  });

  it.each([
    ['proto', new Uint8Array([0x0a]), undefined],
    ['proto', new Uint8Array([0x0a]), { binaryOptions: {} }],
    ['json', Buffer.from('{'), undefined],
  ] as const)('refuses an invalid %s message with INVALID_ARGUMENT', (codec, bytes, options) => {
    const { parse } = getUser(options).codecs[codec];
    expect(() => parse(bytes)).toThrow(expect.objectContaining({ code: Code.InvalidArgument }));
  });

  it('applies the codec options that its service registers with', () => {
    const { proto } = getUser({ binaryOptions: { readUnknownFields: false } }).codecs;
    const bytes = toBinary(GetUserRequestSchema, { ...request, $unknown: [unknown] });
    expect(proto.parse(bytes)).toEqual(request);
    const { json } = getUser({ jsonOptions: { ignoreUnknownFields: false } }).codecs;
    expect(() => json.parse(Buffer.from('{"other":1}'))).toThrow(/other/);
    expect(getUser().codecs.json.parse(Buffer.from('{"id":"7","other":1}'))).toEqual(request);
  });

  it('cannot be registered with an unsupported option', () => {
    expect(() => getUser({ compressMinBytes: 1 })).toThrow('compressMinBytes');
  });
});
