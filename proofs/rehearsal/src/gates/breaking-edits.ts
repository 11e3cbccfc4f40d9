import { edit, type ProtoEdit } from './proto-edit.ts';

const user = 'user/v1/user.proto';
const user2 = 'user/v2/user.proto';

/** Breaking edits of constructs that the API has, one edit of each kind. */
const ofApi: readonly ProtoEdit[] = [
  edit('API', 'field renamed', [user, 'string email = 3', 'string mail = 3']),
  edit('API', 'field renumbered', [user, 'string name = 2', 'string name = 9']),
  edit('API', 'field of another type', [user, 'int32 page_size', 'string page_size']),
  edit('API', 'field of a wider type', [user, 'int32 page_size', 'int64 page_size']),
  edit('API', 'field deleted', [user2, '  string zip_code = 4;\n', '']),
  edit('API', 'field deleted, its number and name reserved', [
    user2,
    'string zip_code = 4;',
    'reserved 4; reserved "zip_code";',
  ]),
  edit('API', 'field made a list', [user2, 'string country = 3', 'repeated string country = 3']),
  edit('API', 'list made a field', [user, 'repeated User users', 'User users']),
  edit('API', 'presence added', [user, 'string name = 2', 'optional string name = 2']),
  edit('API', 'field moved into a oneof', [user, 'string email = 3;', 'oneof contact { string email = 3; }']),
  edit('API', 'two fields with swapped numbers', [user, 'name = 2', 'name = 3'], [user, 'email = 3', 'email = 2']),
  edit('API', 'jstype dropped', [user, ' [jstype = JS_STRING]', '']),
  edit('API', 'RPC deleted', [user, 'rpc CreateUser(CreateUserRequest) returns (User);', '']),
  edit('API', 'RPC renamed', [user, 'rpc GetUser(', 'rpc FetchUser(']),
  edit('API', 'RPC with another response', [
    user,
    '(CreateUserRequest) returns (User)',
    '(CreateUserRequest) returns (ListUsersResponse)',
  ]),
  edit('API', 'idempotency level dropped', [user, 'option idempotency_level = NO_SIDE_EFFECTS;', '']),
  edit('API', 'service renamed', [user, 'service UserService', 'service PeopleService']),
  edit('API', 'package renamed', [user, 'package user.v1', 'package people.v1']),
  edit('API', 'go_package changed', [user, 'go/user/v1;userv1', 'go/people/v1;peoplev1']),
];

const sink = 'kitchen/v1/kitchen.proto';
const legacy = 'kitchen/v1/legacy.proto';
const shared = 'kitchen/v1/shared.proto';
const options = 'kitchen/v1/options.proto';

/** Breaking edits of constructs that the API does not have. */
const ofConstructs: readonly ProtoEdit[] = [
  ['uint64 made an int64', [sink, '  uint64 uint64 =', '  int64 uint64 =']],
  ['sint32 made an int32', [sink, '  sint32 sint32 =', '  int32 sint32 =']],
  ['fixed64 made a sfixed64', [sink, '  fixed64 fixed64 =', '  sfixed64 fixed64 =']],
  ['float made a double', [sink, '  float float =', '  double float =']],
  ['bytes made a string', [sink, 'optional bytes blob', 'optional string blob']],
  ['list of an enum made numbers', [sink, 'repeated Nested.Kind kinds', 'repeated int32 kinds']],
  ['wrapper made a scalar', [sink, 'google.protobuf.StringValue string_value', 'string string_value']],
  ['Timestamp made a string', [sink, 'google.protobuf.Timestamp from', 'string from']],
  ['Duration made a Timestamp', [sink, 'google.protobuf.Duration time', 'google.protobuf.Timestamp time']],
  ['Struct made a Value', [sink, 'google.protobuf.Struct metadata', 'google.protobuf.Value metadata']],
  ['Any made bytes', [sink, 'google.protobuf.Any extra ', 'bytes extra ']],
  ['FieldMask made a list of strings', [sink, 'google.protobuf.FieldMask mask', 'repeated string mask']],
  ['vendored message made an own one', [sink, 'google.type.Money price', 'Size price']],
  ['map with other keys', [sink, 'map<int64, double>', 'map<string, double>']],
  ['map with other values', [sink, 'map<int64, double>', 'map<int64, string>']],
  [
    'map made a list of entries',
    [sink, 'map<int64, double> double_by_int64', 'repeated Entry double_by_int64'],
    [
      sink,
      '  message Nested {',
      '  message Entry {\n    int64 key = 1;\n    double value = 2;\n  }\n  message Nested {',
    ],
  ],
  ['recursive list made a field', [sink, 'repeated Sink children', 'Sink children']],
  ['presence dropped', [sink, 'optional int32 count', 'int32 count']],
  ['field moved out of a oneof', [sink, '    bytes raw = 29;\n  }', '  }\n  bytes raw = 29;']],
  [
    'field moved into a oneof that is there',
    [sink, '  double weight = 52', '  double unused = 80;\n  double weight = 52'],
    [sink, 'bytes raw = 29;', 'bytes raw = 29;\n    string old = 46;'],
    [sink, '  string old = 46 [deprecated = true];', ''],
  ],
  ['oneof renamed', [sink, 'oneof choice', 'oneof pick']],
  ['name in JSON changed', [sink, 'json_name = "another"', 'json_name = "other"']],
  ['name in JSON dropped', [sink, ' [json_name = "another"]', '']],
  [
    'nested message renamed',
    [sink, '  message Nested {', '  message Inner {'],
    [sink, 'map<uint32, Nested.', 'map<uint32, Inner.'],
    [sink, '    Nested nested', '    Inner nested'],
    [sink, 'optional Nested', 'optional Inner'],
    [sink, 'repeated Nested.', 'repeated Inner.'],
  ],
  ['enum alias deleted', [sink, '      KIND_WARM = 1;', ''], [sink, '      option allow_alias = true;', '']],
  [
    'enum aliases in another order',
    [sink, 'KIND_HOT = 1', 'KIND_WARM = 1'],
    [sink, '      KIND_WARM = 1;', '      KIND_HOT = 1;'],
  ],
  ['enum value deleted', [legacy, 'COLOR_BLUE = 2;', '']],
  ['enum value renamed', [legacy, 'COLOR_BLUE', 'COLOR_NAVY']],
  ['enum value renumbered', [legacy, 'COLOR_BLUE = 2', 'COLOR_BLUE = 3']],
  [
    'first value of a closed enum changed, which is its default',
    [legacy, 'COLOR_RED = 1;', 'COLOR_BLUE = 2;'],
    [legacy, '    // Another.\n    COLOR_BLUE = 2;', '    // Another.\n    COLOR_RED = 1;'],
  ],
  ['default changed, proto2', [legacy, 'default = 7', 'default = 8']],
  ['default dropped, proto2', [legacy, ' [default = 7]', '']],
  ['required dropped, proto2', [legacy, 'required string name', 'optional string name']],
  ['required added, proto2', [legacy, 'optional int32 count', 'required int32 count']],
  ['group made a message, proto2', [legacy, 'optional group Part = 3 {', 'optional Part part = 3;\n  message Part {']],
  [
    'proto2 made proto3',
    [legacy, 'syntax = "proto2"', 'syntax = "proto3"'],
    [legacy, 'required string name', 'string name'],
    [legacy, ' [default = 7]', ''],
    [legacy, 'optional group Part = 3 {', 'optional Part part = 3;\n  message Part {'],
    [legacy, '    COLOR_RED = 1;', '    COLOR_NONE = 0;\n    COLOR_RED = 1;'],
    [legacy, '  extensions 100 to 199;', ''],
    [legacy, 'extend Legacy {\n  // A text.\n  optional string note = 100;\n}', ''],
  ],
  ['proto3 made edition 2023', [options, 'syntax = "proto3"', 'edition = "2023"'], [options, 'optional bool', 'bool']],
  ['encoding of a message changed, edition 2023', [shared, ' [features.message_encoding = DELIMITED]', '']],
  ['presence added, edition 2023', [shared, ' [features.field_presence = IMPLICIT]', '']],
  [
    'presence dropped, edition 2023',
    [shared, 'string name = 1', 'string name = 1 [features.field_presence = IMPLICIT]'],
  ],
  [
    'presence required, edition 2023',
    [shared, 'string name = 1', 'string name = 1 [features.field_presence = LEGACY_REQUIRED]'],
  ],
  [
    'UTF-8 no longer checked, edition 2023',
    [shared, 'string name = 1', 'string name = 1 [features.utf8_validation = NONE]'],
  ],
  [
    'JSON no longer promised, edition 2023',
    [shared, 'message Tap {', 'message Tap {\n  option features.json_format = LEGACY_BEST_EFFORT;'],
  ],
  ['extension deleted', [legacy, '  optional string note = 100;', '  optional string other = 101;']],
  ['extension renamed', [legacy, 'optional string note', 'optional string remark']],
  ['extension renumbered', [legacy, 'note = 100', 'note = 101']],
  ['custom option renumbered', [options, 'string host = 50101', 'string host = 50199']],
  ['extension of another type', [legacy, 'optional string note', 'optional bytes note']],
  [
    'custom option renamed',
    [options, 'string host =', 'string origin_host ='],
    [sink, '(kitchen.v1.host)', '(kitchen.v1.origin_host)'],
  ],
  ['extension range made smaller', [legacy, 'extensions 100 to 199', 'extensions 100 to 150']],
  ['reserved number given up', [legacy, '  reserved 90;\n', '']],
  ['reserved name given up', [legacy, '  reserved "gone";\n', '']],
  [
    'message moved to another file',
    [sink, 'message RinseResponse {\n  // From another file.\n  Tap tap = 1;\n}', ''],
    [shared, '// A tap.', '// A response.\nmessage RinseResponse {\n  // A tap.\n  Tap tap = 1;\n}\n\n// A tap.'],
  ],
  ['go_package dropped', [shared, 'option go_package = "example.com/protos/gen/go/kitchen/v1;kitchenv1";', '']],
  [
    'java_package set',
    [shared, 'option go_package', 'option java_package = "com.example.kitchen";\noption go_package'],
  ],
  ['stream made one response', [sink, 'returns (stream RinseResponse)', 'returns (RinseResponse)']],
  ['request made a stream', [sink, 'rpc Wash(WashRequest)', 'rpc Wash(stream WashRequest)']],
  ['RPC with another request', [sink, 'rpc Wash(WashRequest)', 'rpc Wash(RinseRequest)']],
  [
    'idempotency level set',
    [
      sink,
      'option (kitchen.v1.path) = "/wash";',
      'option (kitchen.v1.path) = "/wash";\n    option idempotency_level = IDEMPOTENT;',
    ],
  ],
  [
    'service deleted',
    [sink, 'service pantry_2_service {\n  // One of each.\n  rpc Wash(WashRequest) returns (WashResponse);\n}', ''],
  ],
].map(([name, ...replacements]) => edit('kitchen sink', name as string, ...(replacements as never[])));

/** Breaking edits, which the gates must catch. */
export const breakingEdits: readonly ProtoEdit[] = [...ofApi, ...ofConstructs];

/** Removes a promise from a comment. No gate reads comments. */
export const commentEdit: ProtoEdit = edit('API', 'promise withdrawn, in a comment', [
  user2,
  'At most 20, each',
  'At most 10, each',
]);
