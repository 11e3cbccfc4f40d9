import type { DescEnum, DescEnumValue, DescField, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { getComments } from '@bufbuild/protoplugin';

type Described = DescEnum | DescEnumValue | DescField | DescMessage | DescMethod | DescService;

/**
 * The comment above a declaration: a line for each paragraph, with empty lines between them, and without directives for
 * buf.
 */
export function commentOf(desc: Described): string {
  const lines = (getComments(desc).leading ?? '').split('\n').map((line) => line.trim());
  return lines
    .filter((line) => !line.startsWith('buf:lint:ignore'))
    .join('\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim().replaceAll('\n', ' '))
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}
