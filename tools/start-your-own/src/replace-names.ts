import { type Identity, pythonModuleOf } from './identity.ts';

/** Replaces all names of one identity by those of another in one pass, so that a new name is not replaced again. */
export function nameReplacer(from: Identity, to: Identity): (text: string) => string {
  const rules = [...rulesFor(from, to), ...prefixRules(to.protoPrefix)];
  const all = new RegExp(rules.map(({ pattern }, i) => `(?<r${i}>${pattern})`).join('|'), 'g');
  return (text) =>
    text.replace(all, (...args) => {
      const groups = args.at(-1) as Record<string, string | undefined>;
      const found = rules.findIndex((_, i) => groups[`r${i}`] !== undefined);
      return rules[found]?.replacement as string;
    });
}

/**
 * Finds names of an identity that remain in a text.
 *
 * @param now the names that the text may have, and that may contain old ones
 */
export function leftIn(text: string, from: Identity, now: Identity): string[] {
  const own = [
    now.goModule,
    now.repository.replace('https://', ''),
    now.holder,
    now.pythonPackage,
    pythonModuleOf(now),
  ];
  const masked = own.reduce((rest, name) => rest.replaceAll(name, ''), text);
  const rules = rulesFor(from, now).filter(({ pattern, replacement }) => !new RegExp(`^${pattern}$`).test(replacement));
  // Descriptors in Python code have escaped letters.
  const plain = text.replace(/\\x(6[1-6])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const unprefixed = prefixRules(now.protoPrefix).map(({ pattern }) => new RegExp(`${pattern}[\\w./\\\\]*`, 'g'));
  return [
    ...rules.flatMap(({ pattern }) => masked.match(new RegExp(pattern, 'g')) ?? []),
    ...unprefixed.flatMap((pattern) => plain.match(pattern) ?? []),
  ];
}

interface Rule {
  readonly pattern: string;
  readonly replacement: string;
}

/**
 * E-mail addresses of example.com are kept, because RFC 2606 reserves this domain for examples. So is www.example.com,
 * which is in the examples of RFC 7541.
 */
function rulesFor(from: Identity, to: Identity): Rule[] {
  const host = (url: string) => url.replace('https://', '');
  const exact = (name: string) => RegExp.escape(name);
  return [
    { pattern: `(?<![\\w.-])${exact(host(from.repository))}(?![\\w-])`, replacement: host(to.repository) },
    { pattern: `(?<![\\w.@-])${exact(from.goModule)}(?![\\w-])`, replacement: to.goModule },
    { pattern: `(?:(?<=npm_config_)|(?<![\\w.%+@-]))${exact(from.scope)}(?![\\w.-])`, replacement: to.scope },
    { pattern: `(?<![\\w@/.-])${exact(from.pythonPackage)}(?![\\w-])`, replacement: to.pythonPackage },
    { pattern: `(?<!\\w)${exact(pythonModuleOf(from))}(?!\\w)`, replacement: pythonModuleOf(to) },
    { pattern: `(?<=[\\w}]\\.)(?<!\\b(?:www|@\\w+)\\.)${exact(from.domain)}(?![\\w.-])`, replacement: to.domain },
    { pattern: exact(from.holder), replacement: to.holder },
  ];
}

/** The packages of the API, and those of the examples in the docs and tests of `pnpm new`. */
const apis = '(?:user|order|stock|price_list)';

/**
 * Rules that match the empty text before the name of a package: in texts, paths and regular expressions, in patterns of
 * paths, and in the names that generators make of a path.
 */
function prefixRules(prefix: string): Rule[] {
  if (prefix === '') return [];
  const folder = `${prefix.replaceAll('.', '/')}/`;
  const versioned = ['.', '/', '\\.', '\\/'].map((separator) => {
    const replacement = prefix.replaceAll('.', separator) + separator;
    const [own, between] = [RegExp.escape(replacement), RegExp.escape(separator)];
    return { pattern: `(?<![\\w-]|${own})(?=${apis}${between}(?:v[\\d\\\\]|\\*\\*))`, replacement };
  });
  const folders = ['/', '\\/'].map((separator) => ({
    pattern: `(?<=\\bproto${RegExp.escape(separator)})(?=${apis}\\b(?!\\\\?/[v*]))`,
    replacement: prefix.replaceAll('.', separator) + separator,
  }));
  return [
    ...versioned,
    ...folders,
    // The beginning of the paths of all calls to a service, in the routes of a proxy.
    { pattern: `(?<=[\\s'"]/)(?=${apis}\\.(?![\\w\\\\]))`, replacement: `${prefix}.` },
    { pattern: `(?<=/)(?<!/${folder})(?=${apis}/__init__\\.py)`, replacement: folder },
    { pattern: `(?<=\\b[fF]ile_)(?=${apis}_v\\d)`, replacement: `${prefix.replaceAll('.', '_')}_` },
    {
      pattern: `(?<!\\w)(?=${apis}_dot_v\\d)`,
      replacement: `${prefix.replaceAll('_', '__').replaceAll('.', '_dot_')}_dot_`,
    },
  ];
}
