import { UsageError } from '@example/kit/command-line';
import { type Target, targetOf } from '../api-target.ts';
import { ChangeSet } from '../change-set.ts';
import { appendTo, fieldsOf, nextNumber, requireBlock } from '../proto-file.ts';
import { refuseReservedField } from '../text/identifiers.ts';
import { fieldComment, storedType } from './field-type.ts';
import { addToFingerprint } from './request-field.ts';
import { addStoredField } from './stored-field.ts';

/** The scalar types of protobuf. Other types are messages and enums of the same file. */
const scalarTypes = /^(string|bytes|bool|double|float|(s|u)?int(32|64)|s?fixed(32|64))$/;

/**
 * Adds a field to a message: to the resource of a service, with all code for it, or to a request or response.
 *
 * @param message such as `stock.v1.Stock`
 * @param name in snake case
 * @param type such as `string`, or `['optional', 'int32']`
 * @throws {UsageError}
 */
export function newField(root: string, message: string, name: string, type: readonly string[]): ChangeSet {
  const [, api = '', messageName = ''] = /^([\w.]+)\.([A-Z]\w*)$/.exec(message) ?? [];
  if (messageName === '') {
    throw new UsageError(`a message is PACKAGE.MESSAGE, such as stock.v1.Stock, not ${JSON.stringify(message)}`);
  }
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    throw new UsageError(
      `a field is words of a-z and 0-9, joined by underscores, such as unit_price, not ${JSON.stringify(name)}`,
    );
  }
  refuseReservedField(name);
  const target = targetOf(root, api);
  const changes = new ChangeSet(root);
  const isStored = messageName === target.resource.one.pascal;
  const stored = isStored ? storedType(type) : undefined;
  changes.edit(target.proto, name, (proto) => protoWith(proto, target, messageName, name, type));
  if (stored) addStoredField(changes, target, name, stored);
  else if (messageName === `Create${target.resource.one.pascal}Request`) addToFingerprint(changes, target, name);
  return changes;
}

function protoWith(proto: string, target: Target, messageName: string, name: string, type: readonly string[]): string {
  const block = requireBlock(proto, target.proto, 'message', messageName);
  const jsonName = name.replaceAll('_', '');
  if (fieldsOf(block).some((field) => field.name.replaceAll('_', '') === jsonName)) {
    throw new UsageError(
      `${messageName} has a field ${name} already, or one with its name in JSON: choose another name.`,
    );
  }
  if (new RegExp(`reserved [^;]*"${name}"`).test(block.text)) {
    throw new UsageError(`${messageName} had a field ${name} once, and reserves its name: choose another name.`);
  }
  if (name === target.resource.one.snake) throw new UsageError(`${name} is the name of the resource: choose another.`);
  const [label, proto3] = type.length > 1 ? [type[0], type[1] ?? ''] : [undefined, type[0] ?? ''];
  const isLabel = label === undefined || label === 'optional' || label === 'repeated';
  const isType = scalarTypes.test(proto3) || new RegExp(`^(message|enum) ${proto3} `, 'm').test(proto);
  if (!isLabel || !isType || type.length > 2) {
    throw new UsageError(
      `${JSON.stringify(type.join(' '))} is no type of protobuf, nor a message or enum of ${target.proto}: ` +
        'such as string, optional int32 or repeated string.',
    );
  }
  const comment = fieldComment({ proto: proto3, label: label ?? 'none' });
  const gap = fieldsOf(block).length > 0 ? '\n' : '';
  const line = `${gap}  // ${comment}\n  ${type.join(' ')} ${name} = ${nextNumber(block)};\n`;
  return appendTo(proto, block, line);
}
