import type { DescMethod } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { type Caller, isAdmin } from './caller.ts';

/** The scope that each method requires, by its full name, such as `user.v1.UserService.GetUser`: `users.read`. */
export type MethodScopes = Readonly<Record<string, string>>;

/** Services that anybody may call, with or without a token. */
const open = new Set(['grpc.health.v1.Health']);

/** Services that anybody with a token may call. */
const forEveryCaller = new Set(['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection']);

export function needsToken(method: DescMethod): boolean {
  return !open.has(method.parent.typeName);
}

/** @throws {ConnectError} PERMISSION_DENIED when the caller may not call the method */
export type AccessCheck = (caller: Caller, method: DescMethod) => void;

/**
 * Creates the check whether a caller may call a method. `admin` may call all methods. A method without an entry in
 * `scopes` requires `admin`: a new method is closed until it gets a scope.
 */
export function accessCheck(scopes: MethodScopes): AccessCheck {
  const required = new Map<DescMethod, string>();
  return (caller, method) => {
    let scope = required.get(method);
    if (scope === undefined) {
      scope = scopes[`${method.parent.typeName}.${method.name}`] ?? 'admin';
      required.set(method, scope);
    }
    if (caller.scopes.has(scope) || isAdmin(caller) || forEveryCaller.has(method.parent.typeName)) return;
    throw new ConnectError(`the token does not have the scope ${scope}`, Code.PermissionDenied);
  };
}
