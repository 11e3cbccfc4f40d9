import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { UserSchema as OursSchema } from '@example/protos/user/v1';
import { UserSchema as TheirsSchema } from './user/v1/user_pb.js';

const ours = fromBinary(OursSchema, toBinary(OursSchema, create(OursSchema, { name: 'Aoife' })));
const theirs = fromBinary(TheirsSchema, toBinary(TheirsSchema, create(TheirsSchema, { fullName: 'Zoe' })));
console.log(ours.name, theirs.fullName);
