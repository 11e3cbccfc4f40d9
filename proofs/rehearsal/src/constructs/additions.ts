import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import type { ProtoFolder } from './proto-folder.ts';

/** Something that people add to the protos. */
export interface Addition {
  readonly name: string;
  add(protos: ProtoFolder): void;
  /** Set if a generator refuses the addition: a pattern of the error message, and the remedy that the message names. */
  readonly refused?: { readonly words: RegExp; remedy(protos: ProtoFolder): void };
}

const user = 'user/v2/user.proto';
const service = 'service UserService {';

/** Adds a field to the message user.v2.User. @param declaration of a field, without its number */
function field(
  declaration: string,
  { name = declaration, imports = [], options = '', types = '' }: Partial<FieldExtras> = {},
): Addition {
  return {
    name: `field: ${name}`,
    add(protos) {
      for (const path of imports) protos.import(user, path);
      const text = `${declaration} = ${protos.nextNumber()}${options};`;
      protos.insertAfter(user, 'message User {', `${types}  // New.\n  ${text}\n`);
    },
  };
}

interface FieldExtras {
  /** The name in the table. Default: the declaration. */
  readonly name: string;
  readonly imports: readonly string[];
  readonly options: string;
  readonly types: string;
}

function wellKnown(type: string, name: string, file = name): Addition {
  return field(`google.protobuf.${type} ${name}`, { imports: [`google/protobuf/${file}.proto`] });
}

/** Adds a method to user.v2.UserService. */
function method(name: string, request: string, response: string, options = ''): Addition {
  return {
    name: `method: ${request} returns ${response}${options && `, ${options}`}`,
    add(protos) {
      const [input, output] = [`${request} ${name}Request`, `${response} ${name}Response`].map((text) =>
        text.replace(/^one /, ''),
      );
      const body = options ? ` {\n    option ${options};\n  }` : ';';
      protos.insertAfter(user, service, `  // New.\n  rpc ${name}(${input}) returns (${output})${body}\n`);
      protos.append(user, messages(name));
    },
  };
}

function messages(name: string): string {
  return `
// A request.
message ${name}Request {
  // A text.
  string text = 1;
}

// A response.
message ${name}Response {
  // A text.
  string text = 1;
}
`;
}

interface FileExtras {
  readonly imports: readonly string[];
  readonly syntax: string;
}

/** Adds a file. */
function file(
  name: string,
  path: string,
  body: string,
  { imports = [], syntax = 'syntax = "proto3"' }: Partial<FileExtras> = {},
): Addition {
  return {
    name,
    add(protos) {
      const folder = path.slice(0, path.lastIndexOf('/'));
      const goPackage = `${names.goModule}/gen/go/${folder};${folder.replaceAll('/', '')}`;
      const lines = [
        `${syntax};`,
        `package ${folder.replaceAll('/', '.')};`,
        `option go_package = "${goPackage}";`,
        body,
      ];
      protos.write(path, `${lines.join('\n\n')}\n`);
      for (const imported of imports) protos.import(path, imported);
    },
  };
}

const one = (message: string) => `// New.\nmessage ${message} {\n  // A text.\n  string text = 1;\n}`;

function servicePackage(name: string, folder: string, file_: string): Addition {
  return file(
    `package: ${name}`,
    `${folder}/${file_}.proto`,
    `// New.\nservice LookService {\n  // New.\n  rpc Look(LookRequest) returns (LookResponse);\n}\n${messages('Look').trimEnd()}`,
  );
}

const scalars = [
  ...['double', 'float', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64'],
  ...['sfixed32', 'sfixed64', 'bool', 'string', 'bytes'],
];

/** Excludes a file in the example's template for betterproto2. */
function leaveOut(path: string): (protos: ProtoFolder) => void {
  const template = '../examples/python/buf.gen.yaml';
  const paths = '    paths: [proto/user, proto/order]\n';
  return (protos) => protos.replace(template, paths, `${paths}    exclude_paths: [${path}]\n`);
}

const scale = `// New.
message Scale {
  // A text.
  string text = 1;
}

extend google.protobuf.FieldOptions {
  // New.
  Scale scale = 50001;
}`;

/** The additions. All of them can be made in one repository, because each edits a different place. */
export const additions: readonly Addition[] = [
  ...scalars.map((type) => field(`${type} new_${type}`)),
  field('optional bytes blob'),
  field('optional string nickname'),
  field('repeated string tags'),
  field('repeated sint64 sparse', { options: ' [packed = false]', name: 'repeated, not packed' }),
  field('User parent', { name: 'a message of its own type' }),
  field('repeated Address homes'),
  field('map<string, string> labels'),
  field('map<sfixed64, User> by_number', { name: 'map of messages' }),
  {
    name: 'field: oneof',
    add(protos) {
      const [word, place] = [protos.nextNumber(), protos.nextNumber()];
      const members = `    // New.\n    string word = ${word};\n    // New.\n    Address place = ${place};`;
      protos.insertAfter(user, 'message User {', `  // New.\n  oneof contact {\n${members}\n  }\n`);
    },
  },
  field('Parcel parcel', {
    name: 'a nested message',
    types: '  // New.\n  message Parcel {\n    // A text.\n    string text = 1;\n  }\n\n',
  }),
  field('Mood mood', {
    name: 'a nested enum with an alias',
    types: `  // New.
  enum Mood {
    // Two names of a value.
    // buf:lint:ignore ENUM_NO_ALLOW_ALIAS
    option allow_alias = true;
    // New.
    MOOD_UNSPECIFIED = 0;
    // New.
    MOOD_GLAD = 1;
    // New.
    MOOD_MERRY = 1;
  }

`,
  }),
  wellKnown('Struct', 'metadata', 'struct'),
  wellKnown('Value', 'anything', 'struct'),
  wellKnown('ListValue', 'list', 'struct'),
  wellKnown('Any', 'extra', 'any'),
  wellKnown('Duration', 'time_to_live', 'duration'),
  wellKnown('Empty', 'nothing', 'empty'),
  wellKnown('FieldMask', 'mask', 'field_mask'),
  wellKnown('StringValue', 'wrapped', 'wrappers'),
  wellKnown('UInt64Value', 'wrapped_number', 'wrappers'),
  field('google.protobuf.Timestamp from', { imports: ['google/protobuf/timestamp.proto'], name: 'a keyword, from' }),
  ...['class', 'type', 'import', 'constructor', 'self', 'string'].map((name) =>
    field(`repeated int32 ${name}`, { name: `a keyword, ${name}` }),
  ),
  field('string address_line_2'),
  field('string get_id', { name: 'get_id, beside id' }),
  field('string x3d_2_y', { name: 'digits' }),
  field('string old', { options: ' [deprecated = true]', name: 'deprecated' }),
  field('int64 big', { options: ' [jstype = JS_STRING]', name: 'jstype' }),
  field('string renamed', { options: ' [json_name = "another"]', name: 'json_name' }),
  field('user.v1.User earlier', { imports: ['user/v1/user.proto'], name: 'a message of another package' }),
  {
    name: 'field: a message of a vendored file, google.type.Money',
    add(protos) {
      const money = 'google/type/money.proto';
      protos.write(money, readFileSync(join(root, 'node_modules/google-proto-files', money), 'utf8'));
      field('google.type.Money shipping', { imports: [money] }).add(protos);
    },
  },
  {
    name: 'value of an enum',
    add: (protos) =>
      protos.insertAfter(
        'order/v1/order.proto',
        '  ORDER_STATUS_SHIPPED = 3;',
        '\n  // New.\n  ORDER_STATUS_DELIVERED = 4;',
      ),
  },
  {
    name: 'a reserved number and name',
    add: (protos) => protos.insertAfter(user, 'message Address {', '  reserved 90;\n  reserved "gone";\n'),
  },
  method('Fetch', 'one', 'one'),
  method('Peek', 'one', 'one', 'idempotency_level = NO_SIDE_EFFECTS'),
  method('Watch', 'one', 'stream'),
  method('Gather', 'stream', 'one'),
  method('Confer', 'stream', 'stream'),
  {
    name: 'a service beside another',
    add(protos) {
      const text = `\n// New.\nservice ReturnService {\n  // New.\n  rpc Return(ReturnRequest) returns (ReturnResponse);\n}`;
      protos.append(user, `${text}\n${messages('Return')}`);
    },
  },
  file('file: a second one of a package', 'user/v2/money.proto', one('Money')),
  file('file: proto2', 'user/v2/old.proto', one('Old').replace('string', 'optional string'), {
    syntax: 'syntax = "proto2"',
  }),
  file('file: edition 2023', 'newer/v1/newer.proto', one('Newer'), { syntax: 'edition = "2023"' }),
  {
    ...file('file: edition 2023, in a package of the betterproto example', 'user/v1/tap.proto', one('Tap'), {
      syntax: 'edition = "2023"',
    }),
    refused: {
      words: /betterproto2" does not support .*user\/v1\/tap\.proto.*leave its file out there by `exclude_paths`/s,
      remedy: leaveOut('proto/user/v1/tap.proto'),
    },
  },
  {
    ...file('file: edition 2024', 'newest/v1/newest.proto', one('Newest'), { syntax: 'edition = "2024"' }),
    refused: {
      words: /grpcio-tools 1\.76\.0\. Give the file an earlier edition/,
      remedy: (protos) => protos.replace('newest/v1/newest.proto', '2024', '2023'),
    },
  },
  {
    name: 'file: custom options, used',
    add(protos) {
      file('', 'user/v2/options.proto', scale, { imports: ['google/protobuf/descriptor.proto'] }).add(protos);
      field('double weight', {
        imports: ['user/v2/options.proto'],
        options: ' [(user.v2.scale) = { text: "kg" }]',
      }).add(protos);
    },
  },
  servicePackage('a new one', 'stock/v1', 'stock'),
  servicePackage('with a prefix', 'acme/depot/v1', 'depot'),
  servicePackage('v1beta1', 'trial/v1beta1', 'trial'),
  file(
    'package: shares messages of others',
    'shared/v1/shared.proto',
    `// New.
message Shared {
  // New.
  user.v1.User earlier = 1;
  // New.
  map<string, user.v2.User> users = 2;
  // New.
  user.v2.Address address = 3;
}`,
    { imports: ['user/v1/user.proto', user] },
  ),
];
