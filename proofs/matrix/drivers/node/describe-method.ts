import { type DescField, type DescMessage, type DescMethod, ScalarType } from '@bufbuild/protobuf';

/** A method with its two messages, as a .proto file would have them. */
export function describeMethod({ name, input, output, proto, parent }: DescMethod): string {
  const typeOf = (message: DescMessage, isStream: boolean) => `(${isStream ? 'stream ' : ''}${message.typeName})`;
  const request = typeOf(input, proto.clientStreaming);
  const response = typeOf(output, proto.serverStreaming);
  const messages = new Set([input, output]);
  return [`rpc ${parent.typeName}/${name} ${request} returns ${response}`, ...[...messages].map(describeMessage)].join(
    '\n\n',
  );
}

function describeMessage({ typeName, fields }: DescMessage): string {
  const lines = fields.map((field) => `  ${typeNameOf(field)} ${field.name} = ${field.number};`);
  return [`message ${typeName} {`, ...lines, '}'].join('\n');
}

function typeNameOf(field: DescField): string {
  switch (field.fieldKind) {
    case 'scalar':
      return scalarName(field.scalar);
    case 'enum':
      return field.enum.typeName;
    case 'message':
      return field.message.typeName;
    case 'list':
      return `repeated ${elementName(field)}`;
    case 'map':
      return `map<${scalarName(field.mapKey)}, ${elementName(field)}>`;
  }
}

function elementName({ message, enum: enumeration, scalar }: DescField): string {
  return message?.typeName ?? enumeration?.typeName ?? scalarName(scalar as ScalarType);
}

function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}
