import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, createConnectRouter } from '@connectrpc/connect';
import { GetUserRequestSchema, UserSchema, UserService } from '@example/protos/user/v1';
import { describe, expect, it } from 'vitest';
import { type Method, recordMethods } from './method.ts';

const maxBytes = 100;

function getUser(options?: object): Method {
  const methods = recordMethods(
    createConnectRouter(),
    (router) => {
      router.service(UserService, {}, options);
    },
    maxBytes,
  );
  return methods.get('/user.v1.UserService/GetUser') as Method;
}

const thrownBy = (run: () => unknown): ConnectError => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConnectError) return error;
  }
  throw new Error('no ConnectError');
};

const request = create(GetUserRequestSchema, { id: '7' });
const unknown = { no: 9, wireType: 0, data: new Uint8Array([1]) };

describe('a method that is recorded', () => {
  it('reads and writes as protobuf-es', () => {
    const { proto } = getUser();
    const withUnknown = { ...request, $unknown: [unknown] };
    expect(proto.parse(toBinary(GetUserRequestSchema, withUnknown))).toEqual(withUnknown);
    const user = { id: '7', name: 'Aoife' };
    expect(proto.serialize(user)).toEqual(toBinary(UserSchema, create(UserSchema, user)));
  });

  it('says what Connect says of a request that is no message', () => {
    const bytes = new Uint8Array([0x0a]);
    const { code, rawMessage } = thrownBy(() => getUser().proto.parse(bytes));
    const connect = thrownBy(() => getUser({ binaryOptions: {} }).proto.parse(bytes));
    expect({ code, rawMessage }).toEqual({ code: connect.code, rawMessage: connect.rawMessage });
    expect(rawMessage).toMatch(/^parse binary: /);
  });

  it('takes a message of the largest size, and none that is larger', () => {
    const { proto } = getUser();
    const padded = (length: number) =>
      toBinary(GetUserRequestSchema, {
        ...request,
        $unknown: [{ no: 9, wireType: 2, data: new Uint8Array([length - 4, ...new Uint8Array(length - 4)]) }],
      });
    expect(proto.parse(padded(maxBytes))).toMatchObject({ id: '7' });
    expect(thrownBy(() => proto.parse(padded(maxBytes + 1))).code).toBe(Code.ResourceExhausted);
  });

  it('does as the options of a service say', () => {
    const { proto } = getUser({ binaryOptions: { readUnknownFields: false } });
    const bytes = toBinary(GetUserRequestSchema, { ...request, $unknown: [unknown] });
    expect(proto.parse(bytes)).toEqual(request);
  });

  it('leaves services with other options to Connect', () => {
    expect(getUser({ compressMinBytes: 1 })).toBeUndefined();
  });
});
