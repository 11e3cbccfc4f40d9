'use client';

import { create, toJsonString } from '@bufbuild/protobuf';
import { UserSchema } from '@example/protos/user/v1';

export function Person(user) {
  return <p>{toJsonString(UserSchema, create(UserSchema, user))}</p>;
}
