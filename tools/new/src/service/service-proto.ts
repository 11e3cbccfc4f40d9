import { fieldsOf, requireBlock, setComment } from '../proto-file.ts';
import type { Template } from '../template.ts';
import { leaveOutOfComments } from '../text/comments.ts';
import { mentionsField, mentionsVersion } from '../text/mentions.ts';
import { renameProto } from '../text/rename.ts';
import type { Resource } from '../text/resource-name.ts';
import { wrapComments } from '../text/wrap-comments.ts';

/** The proto file of a new service: the file of the template, without its own fields and its history. */
export function serviceProto(proto: string, template: Template, to: Resource): string {
  const { resource, version, ownFields, olderVersions } = template;
  const mentionsOwn = mentionsField(ownFields);
  const mentionsOlder = mentionsVersion(olderVersions);
  const isLeftOut = (text: string) => mentionsOwn(text) || mentionsOlder(text, false) || /\d\.\d\.\d/.test(text);
  const common = withoutMessages(withoutFields(proto, mentionsOwn), mentionsOwn);
  const neutral = describe(leaveOutOfComments(common, isLeftOut), resource);
  const renamed = renameProto(neutral, resource, to).replaceAll(template.idPrefix, to.one.kebab);
  return wrapComments(
    renamed
      .replaceAll(`${to.one.snake}.${version}`, `${to.one.snake}.v1`)
      .replace(/^(option go_package = ".*)\/\w+\/\w+;.*$/m, `$1/${to.one.snake}/v1;${goPackage(to)}";`),
  );
}

/** The name of a Go package, which has no underscores. */
export function goPackage({ one }: Resource): string {
  return `${one.snake.replaceAll('_', '')}v1`;
}

/** Replaces comments by comments that apply to every resource. */
function describe(proto: string, { one, many }: Resource): string {
  const service = `${one.pascal}Service`;
  const rest = requireBlock(proto, 'the template', 'service', service).comment.split('\n//\n').slice(1).join('\n//\n');
  const withService = setComment(
    proto,
    `service ${service} {`,
    `${service} keeps ${many.prose}.\n\n${rest.replaceAll(/^\/\/ ?/gm, '').trimEnd()}`,
  );
  const withMessage = setComment(withService, `message ${one.pascal} {`, `${one.pascal} is what ${service} keeps.`);
  const message = requireBlock(withMessage, 'the template', 'message', one.pascal);
  const id = `Set by the server: usr-1, usr-2 and so on, without leading zeros.`;
  const described = setComment(message.text, 'string id = 1;', id);
  const withId = withMessage.replace(message.text, described);
  return setComment(
    withId,
    'google.protobuf.FieldMask update_mask',
    `The fields to change, such as name. A field that is named here and not set in ${one.snake} is cleared; name can not ` +
      `be. "*" names them all. Empty or absent: the fields that are set in ${one.snake}. Naming id, create_time or ` +
      'anything else is refused as update_mask.paths[0], [1] and so on. Only the fields that change are checked.',
  );
}

/** Removes fields, and numbers the remaining ones from 1. */
function withoutFields(proto: string, mentionsOwn: (text: string) => boolean): string {
  return proto.replaceAll(/^message \w+ \{\n[\s\S]*?^\}\n/gm, (message) => {
    const fields = fieldsOf({ comment: '', text: message, start: 0, end: 0 });
    if (!fields.some(({ name }) => mentionsOwn(name))) return message;
    let number = 0;
    return message
      .replaceAll(/(?:^ *\/\/.*\n)*^ {2}[\w.<>, ]+ (\w+) = \d+.*;\n\n?/gm, (field: string, name: string) => {
        if (mentionsOwn(name)) return '';
        number += 1;
        return field.replace(/ = \d+/, ` = ${number}`);
      })
      .replace(/\n\n\}/, '\n}');
  });
}

function withoutMessages(proto: string, mentionsOwn: (text: string) => boolean): string {
  return proto.replaceAll(
    /(?:^ *\/\/.*\n)*^message (\w+) \{(?:\n[\s\S]*?^)?\}\n\n?/gm,
    (message: string, name: string) => (mentionsOwn(name) ? '' : message),
  );
}
