import { create } from '@bufbuild/protobuf';
import { type User, UserSchema } from '@example/protos/user/v1';

const user: User = create(UserSchema, { id: '1' });
// @ts-expect-error an id is a string
export const id: number = user.id;
