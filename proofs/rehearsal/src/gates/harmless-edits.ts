import { additions } from '../constructs/additions.ts';
import { edit, type ProtoEdit } from './proto-edit.ts';

const sink = 'kitchen/v1/kitchen.proto';
const legacy = 'kitchen/v1/legacy.proto';
const shared = 'kitchen/v1/shared.proto';
const options = 'kitchen/v1/options.proto';
const user = 'user/v2/user.proto';

/** Edits that no client notices, so that the gates must allow them. */
export const harmlessEdits: readonly ProtoEdit[] = [
  {
    name: 'all additions',
    of: 'API',
    edit(protos) {
      for (const { add } of additions) add(protos);
    },
  },
  edit('API', 'comment corrected', [user, 'User is one person.', 'User is a person.']),
  edit('API', 'RPC deprecated', [
    user,
    '(CreateUserRequest) returns (CreateUserResponse);',
    '(CreateUserRequest) returns (CreateUserResponse) {\n    option deprecated = true;\n  }',
  ]),
  edit('API', 'fields in another order', [
    user,
    '  string street = 1;\n\n  // City, town or village.\n  string city = 2;',
    '  string city = 2;\n\n  // The street.\n  string street = 1;',
  ]),
  edit('kitchen sink', 'message deprecated', [shared, 'message Tap {', 'message Tap {\n  option deprecated = true;']),
  edit('kitchen sink', 'enum value deprecated', [legacy, 'COLOR_BLUE = 2', 'COLOR_BLUE = 2 [deprecated = true]']),
  edit('kitchen sink', 'packed list no longer packed', [
    sink,
    'sint64 numbers = 47',
    'sint64 numbers = 47 [packed = false]',
  ]),
  edit('kitchen sink', 'member of a oneof added', [
    sink,
    'bytes raw = 29;',
    'bytes raw = 29;\n    // New.\n    string word = 90;',
  ]),
  edit('kitchen sink', 'alias of an enum value added', [
    sink,
    'KIND_WARM = 1;',
    'KIND_WARM = 1;\n      // New.\n      KIND_TEPID = 1;',
  ]),
  edit('kitchen sink', 'value of a closed enum added', [
    legacy,
    'COLOR_BLUE = 2;',
    'COLOR_BLUE = 2;\n    // New.\n    COLOR_GREEN = 3;',
  ]),
  edit('kitchen sink', 'default of a new field, proto2', [
    legacy,
    '  // A group.',
    '  // New.\n  optional int32 more = 20 [default = 3];\n  // A group.',
  ]),
  edit('kitchen sink', 'extension added', [
    legacy,
    'note = 100;',
    'note = 100;\n  // New.\n  optional int32 more = 101;',
  ]),
  edit('kitchen sink', 'extension range made larger', [legacy, '100 to 199', '100 to 299']),
  edit('kitchen sink', 'reserved number added', [legacy, 'reserved 90;', 'reserved 90, 91;']),
  edit(
    'kitchen sink',
    'custom option added and used',
    [options, 'string host = 50101;', 'string host = 50101;\n  // New.\n  string team = 50102;'],
    [sink, '  option (kitchen.v1.host)', '  option (kitchen.v1.team) = "cooks";\n  option (kitchen.v1.host)'],
  ),
  edit('kitchen sink', 'value of a custom option changed', [sink, '"cooks"', '"chefs"']),
  edit('kitchen sink', 'feature with the value of its edition', [
    shared,
    'string name = 1',
    'string name = 1 [features.field_presence = EXPLICIT]',
  ]),
];
