import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
  MethodDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  type ServiceDescriptorProto,
} from '@bufbuild/protobuf/wkt';

/** An edit of an API, made in its descriptor set. */
export interface ProtoMutation {
  /** The kind of the edit; the row of the table in docs/reference/compatibility.md. */
  readonly name: string;
  edit(api: EditableApi): void;
}

const [user, order] = ['user.v1', 'order.v1'] as const;

/** Breaking edits, one of each kind. */
export const breakingMutations: readonly ProtoMutation[] = [
  { name: 'field renamed', edit: (api) => rename(api.field(user, 'User', 'email'), 'mail') },
  { name: 'field renumbered', edit: (api) => set(api.field(user, 'User', 'name'), { number: 9 }) },
  {
    name: 'field of another type',
    edit: (api) => set(api.field(order, 'LineItem', 'quantity'), { type: FieldDescriptorProto_Type.STRING }),
  },
  {
    name: 'field of a wider type',
    edit: (api) => set(api.field(order, 'LineItem', 'quantity'), { type: FieldDescriptorProto_Type.INT64 }),
  },
  { name: 'field deleted', edit: (api) => remove(api.message(order, 'ChatMessage').field, 'text') },
  {
    name: 'field made a list',
    edit: (api) => set(api.field(order, 'Order', 'customer_id'), { label: FieldDescriptorProto_Label.REPEATED }),
  },
  {
    name: 'list made a field',
    edit: (api) => set(api.field(user, 'ListUsersResponse', 'users'), { label: FieldDescriptorProto_Label.OPTIONAL }),
  },
  {
    name: 'presence added',
    edit(api) {
      moveIntoOneof(api.message(user, 'User'), 'name', '_name');
      set(api.field(user, 'User', 'name'), { proto3Optional: true });
    },
  },
  { name: 'field moved into a oneof', edit: (api) => moveIntoOneof(api.message(user, 'User'), 'email', 'contact') },
  { name: 'jstype dropped', edit: (api) => clearOptions(api.field(user, 'User', 'id')) },
  { name: 'enum value deleted', edit: (api) => remove(api.enum(order, 'OrderStatus').value, 'ORDER_STATUS_SHIPPED') },
  {
    name: 'enum value renamed',
    edit: (api) =>
      set(find(api.enum(order, 'OrderStatus').value, 'ORDER_STATUS_SHIPPED'), { name: 'ORDER_STATUS_SENT' }),
  },
  { name: 'RPC deleted', edit: (api) => remove(api.service(user, 'UserService').method, 'CreateUser') },
  { name: 'RPC renamed', edit: (api) => set(api.method(order, 'OrderService', 'GetOrder'), { name: 'FetchOrder' }) },
  {
    name: 'RPC with another response',
    edit: (api) => set(api.method(order, 'OrderService', 'CreateOrder'), { outputType: '.order.v1.UploadSummary' }),
  },
  {
    name: 'stream made one response',
    edit: (api) => set(api.method(order, 'OrderService', 'ListOrders'), { serverStreaming: false }),
  },
  { name: 'idempotency level dropped', edit: (api) => clearOptions(api.method(user, 'UserService', 'GetUser')) },
  { name: 'service renamed', edit: (api) => set(api.service(user, 'UserService'), { name: 'PeopleService' }) },
  { name: 'package renamed', edit: (api) => api.renamePackage(user, 'people.v1') },
  {
    name: 'go_package changed',
    edit(api) {
      const { options } = api.file(user);
      if (options) options.goPackage = options.goPackage.replaceAll('user', 'people');
    },
  },
];

/** A promise in a comment: no gate reads comments. */
export const commentMutation: ProtoMutation = {
  name: 'promise withdrawn, in a comment',
  edit(api) {
    for (const location of api.file(order).sourceCodeInfo?.location ?? []) location.leadingComments = ' Removed.\n';
  },
};

/** Edits that no client notices: the gates must allow them. */
export const compatibleMutations: readonly ProtoMutation[] = [
  {
    name: 'field added',
    edit(api) {
      const type = FieldDescriptorProto_Type.STRING;
      const field = {
        name: 'nickname',
        jsonName: 'nickname',
        number: 99,
        type,
        label: FieldDescriptorProto_Label.OPTIONAL,
      };
      api.message(user, 'User').field.push(create(FieldDescriptorProtoSchema, field));
    },
  },
  {
    name: 'message and RPC added',
    edit(api) {
      api.file(user).messageType.push(create(DescriptorProtoSchema, { name: 'DeleteUserRequest' }));
      const types = { inputType: '.user.v1.DeleteUserRequest', outputType: '.user.v1.User' };
      api
        .service(user, 'UserService')
        .method.push(create(MethodDescriptorProtoSchema, { name: 'DeleteUser', ...types }));
    },
  },
];

/** @returns the descriptor set after an edit */
export function mutate(descriptors: Uint8Array, { edit }: ProtoMutation): Uint8Array {
  const files = fromBinary(FileDescriptorSetSchema, descriptors);
  edit(new EditableApi(files));
  return toBinary(FileDescriptorSetSchema, files);
}

/** Finds the parts of a descriptor set by their names. @throws {Error} when a part is missing */
class EditableApi {
  readonly #files: FileDescriptorSet;

  constructor(files: FileDescriptorSet) {
    this.#files = files;
  }

  file(packageName: string): FileDescriptorProto {
    const file = this.#files.file.find((one) => one.package === packageName);
    if (!file) throw new Error(`the API has no package ${packageName}`);
    return file;
  }

  message(packageName: string, name: string): DescriptorProto {
    return find(this.file(packageName).messageType, name);
  }

  field(packageName: string, message: string, name: string) {
    return find(this.message(packageName, message).field, name);
  }

  enum(packageName: string, name: string): EnumDescriptorProto {
    return find(this.file(packageName).enumType, name);
  }

  service(packageName: string, name: string): ServiceDescriptorProto {
    return find(this.file(packageName).service, name);
  }

  method(packageName: string, service: string, name: string) {
    return find(this.service(packageName, service).method, name);
  }

  renamePackage(packageName: string, to: string): void {
    const file = this.file(packageName);
    const renamed = (typeName: string) => typeName.replace(`.${packageName}.`, `.${to}.`);
    file.package = to;
    for (const { field: fields } of file.messageType) {
      for (const field of fields) field.typeName = renamed(field.typeName);
    }
    for (const method of file.service.flatMap((service) => service.method)) {
      method.inputType = renamed(method.inputType);
      method.outputType = renamed(method.outputType);
    }
  }
}

function find<T extends { name: string }>(parts: readonly T[], name: string): T {
  const part = parts.find((one) => one.name === name);
  if (!part) throw new Error(`the API has no ${name}`);
  return part;
}

function set<T extends object>(part: T, values: Partial<T>): void {
  Object.assign(part, values);
}

function rename(field: { name: string; jsonName: string }, name: string): void {
  set(field, { name, jsonName: name });
}

function remove<T extends { name: string }>(parts: T[], name: string): void {
  parts.splice(parts.indexOf(find(parts, name)), 1);
}

function clearOptions(part: { options?: object | undefined }): void {
  part.options = undefined;
}

function moveIntoOneof(message: DescriptorProto, field: string, oneof: string): void {
  set(find(message.field, field), { oneofIndex: message.oneofDecl.length });
  message.oneofDecl.push(create(OneofDescriptorProtoSchema, { name: oneof }));
}
