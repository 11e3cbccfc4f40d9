import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { UserSchema } from '@example/protos/user/v1';
import { CustomerSchema } from './shop/v1/shop_pb.js';

const written = toBinary(CustomerSchema, create(CustomerSchema, { user: create(UserSchema, { name: 'Aoife' }) }));
const { user } = fromBinary(CustomerSchema, written);
console.log(user.name, CustomerSchema.field.user.message === UserSchema);
