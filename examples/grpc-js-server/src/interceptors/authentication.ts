import { type Metadata, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { type Caller, isAdmin, setCaller } from '../calls/caller.ts';

const anybody: Caller = { subject: '', scopes: new Set(['admin']) };

/** The scope that each method requires. Other methods are for admins only. */
const scopes: Readonly<Record<string, string>> = {
  '/user.v1.UserService/GetUser': 'users.read',
  '/user.v1.UserService/ListUsers': 'users.read',
  '/user.v1.UserService/CreateUser': 'users.write',
  '/user.v2.UserService/GetUser': 'users.read',
  '/user.v2.UserService/ListUsers': 'users.read',
  '/user.v2.UserService/CreateUser': 'users.write',
  '/user.v2.UserService/UpdateUser': 'users.write',
  '/order.v1.OrderService/CreateOrder': 'orders.write',
  '/order.v1.OrderService/UploadLineItems': 'orders.write',
  '/order.v1.OrderService/OrderChat': 'orders.write',
  '/order.v1.OrderService/GetOrder': 'orders.read',
  '/order.v1.OrderService/ListOrders': 'orders.read',
};

/**
 * Admits calls whose token allows them, and sets their caller. Health requires no token, reflection any valid one.
 *
 * @param jwks the public keys of the token issuer; undefined: every caller may call every method
 */
export function authentication(jwks: JSONWebKeySet | undefined): ServerInterceptor {
  const keys = jwks && createLocalJWKSet(jwks);

  async function verified(metadata: Metadata): Promise<Caller | undefined> {
    const [, token] = /^bearer +(\S+)$/i.exec(`${metadata.get('authorization')[0]}`) ?? [];
    if (keys === undefined || token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, { algorithms: ['ES256'], requiredClaims: ['sub', 'exp'] });
      const { sub: subject, scope }: { sub?: unknown; scope?: unknown } = payload;
      return typeof subject === 'string' && subject !== ''
        ? { subject, scopes: new Set(`${scope ?? ''}`.split(' ')) }
        : undefined;
    } catch {
      return undefined;
    }
  }

  return ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          async onReceiveMetadata(metadata, next) {
            const isOpen = keys === undefined || path.startsWith('/grpc.health.v1.Health/');
            const caller = isOpen ? anybody : await verified(metadata);
            if (caller === undefined) {
              // Does not disclose why a token was rejected: that would help attackers.
              call.sendStatus({
                code: status.UNAUTHENTICATED,
                details: 'send a valid token: authorization: Bearer TOKEN',
              });
            } else if (!mayCall(caller, path)) {
              call.sendStatus({ code: status.PERMISSION_DENIED, details: 'the token does not allow this' });
            } else {
              setCaller(metadata, caller);
              next(metadata);
            }
          },
        }),
    });
}

function mayCall(caller: Caller, path: string): boolean {
  return isAdmin(caller) || path.startsWith('/grpc.reflection.') || caller.scopes.has(scopes[path] ?? 'admin');
}
