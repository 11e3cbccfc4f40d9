import { expect, it } from 'vitest';
import { wrapLike, wrappedComments } from './wrapped-comments.ts';

const comments = wrappedComments(
  '// One.\n//\n// two three\n// four\nmessage A {}\n  // five six\n  string a = 1;\n',
  '// One.\n//\n// two\n// three four\nmessage A {}\n  // five\n  // six\n  string a = 1;\n',
);

it.each([
  ['Go', '\t// five six\n\tA string\n', '\t// five\n\t// six\n\tA string\n'],
  ['Go, in as many lines', '// two three\n// four\ntype', '// two\n// three four\ntype'],
  ['a docstring', '    """five six\n\n    two three\n    four\n', '    """five\n    six\n\n    two\n    three four\n'],
  ['another text', '\t// five six seven\n\t// two three\n', '\t// five six seven\n\t// two three\n'],
])('comments of protos are wrapped in %s as in the proto', (_, before, after) => {
  expect(wrapLike(comments, before)).toBe(after);
});
