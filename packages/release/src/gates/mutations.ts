/** A breaking edit of a file. */
export interface Mutation {
  /** Of its kind; the row of the table in docs/reference/compatibility.md. */
  readonly name: string;
  /** Seen from the root. */
  readonly file: string;
  /** The first of it is replaced. */
  readonly from: string;
  readonly to: string;
}

const user = 'proto/user/v1/user.proto';
const order = 'proto/order/v1/order.proto';

/** Edits of the protos, one of each kind. */
export const protoMutations: readonly Mutation[] = [
  { name: 'field renamed', file: user, from: 'string email = 3;', to: 'string mail = 3;' },
  { name: 'field renumbered', file: user, from: 'string name = 2;', to: 'string name = 9;' },
  { name: 'field of another type', file: order, from: 'int32 quantity = 2;', to: 'string quantity = 2;' },
  { name: 'field of a wider type', file: order, from: 'int32 quantity = 2;', to: 'int64 quantity = 2;' },
  { name: 'field deleted', file: order, from: '  string text = 3;\n', to: '' },
  {
    name: 'field made a list',
    file: order,
    from: '  string customer_id = 2;',
    to: '  repeated string customer_id = 2;',
  },
  { name: 'list made a field', file: user, from: 'repeated User users = 1;', to: 'User users = 1;' },
  { name: 'presence added', file: user, from: 'string name = 2;', to: 'optional string name = 2;' },
  {
    name: 'field moved into a oneof',
    file: user,
    from: 'string email = 3;',
    to: 'oneof contact { string email = 3; }',
  },
  { name: 'jstype dropped', file: user, from: 'int64 id = 1 [jstype = JS_STRING];', to: 'int64 id = 1;' },
  { name: 'enum value deleted', file: order, from: '  ORDER_STATUS_SHIPPED = 3;\n', to: '' },
  { name: 'enum value renamed', file: order, from: 'ORDER_STATUS_SHIPPED', to: 'ORDER_STATUS_SENT' },
  { name: 'RPC deleted', file: user, from: '  rpc CreateUser(CreateUserRequest) returns (User);\n', to: '' },
  { name: 'RPC renamed', file: order, from: 'rpc GetOrder(', to: 'rpc FetchOrder(' },
  {
    name: 'RPC with another answer',
    file: order,
    from: 'rpc CreateOrder(CreateOrderRequest) returns (Order)',
    to: 'rpc CreateOrder(CreateOrderRequest) returns (UploadSummary)',
  },
  { name: 'stream made one answer', file: order, from: 'returns (stream Order)', to: 'returns (Order)' },
  {
    name: 'idempotency level dropped',
    file: user,
    from: 'option idempotency_level = NO_SIDE_EFFECTS;',
    to: '',
  },
  { name: 'service renamed', file: user, from: 'service UserService', to: 'service PeopleService' },
  { name: 'package renamed', file: user, from: 'package user.v1;', to: 'package people.v1;' },
  { name: 'go_package changed', file: user, from: 'gen/go/user/v1;userv1', to: 'gen/go/people/v1;peoplev1' },
];

const userRules = 'packages/user-service/src/domain/user-rules.ts';

/** Edits of what the services do, under the same protos. */
export const behaviourMutations: readonly Mutation[] = [
  { name: 'validation tightened: names up to 10', file: userRules, from: 'max: 200', to: 'max: 10' },
  { name: 'validation tightened: names up to 199', file: userRules, from: 'max: 200', to: 'max: 199' },
  {
    name: 'default changed: 20 users a page',
    file: userRules,
    from: 'defaultPageSize = 50',
    to: 'defaultPageSize = 20',
  },
  {
    name: 'meaning changed: totals in whole units',
    file: 'packages/order-service/src/domain/exact-total.ts',
    from: 'Number(this.#sum.toString())',
    to: 'Math.round(Number(this.#sum.toString()))',
  },
  {
    name: 'meaning changed: new orders are confirmed',
    file: 'packages/order-service/src/domain/orders.ts',
    from: "status: 'PENDING'",
    to: "status: 'CONFIRMED'",
  },
  {
    name: 'meaning changed: page tokens',
    file: 'packages/user-service/src/domain/page-token.ts',
    from: 'Buffer.from(`v1:',
    to: 'Buffer.from(`v1:0',
  },
  {
    name: 'error changed: another reason',
    file: 'packages/user-service/src/domain/user-answers.ts',
    from: "'USER_NOT_FOUND', errorDomain",
    to: "'NO_SUCH_USER', errorDomain",
  },
  {
    name: 'error changed: another text',
    file: 'packages/user-service/src/domain/user-answers.ts',
    from: 'there is no user',
    to: 'nobody is',
  },
  {
    name: 'promise withdrawn, in a comment',
    file: order,
    from: '// The price of one, in the shop',
    to: '// The price of all of them, in the shop',
  },
];
