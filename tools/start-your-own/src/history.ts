import type { Identity } from './identity.ts';

/**
 * 1.0.0, because this repository checks from its first release on that an API does not break its clients. With 0.x, npm
 * and Go would promise users less than that.
 */
export const firstVersion = '1.0.0';

/** Files about the releases of another repository: these releases, and the tests of their content. */
export function isOfOtherHistory(path: string): boolean {
  return /^releases\/.+\//.test(path) || /\.history\.test\.\w+$/.test(path);
}

/** Whether a file contains the version of the protos and their digest. */
export function isVersionFile(path: string): boolean {
  return /^gen\/(go\/version\/version\.go|python\/\w+\/__init__\.py)$/.test(path);
}

/** Whether the repository has packages of languages. */
export interface Languages {
  readonly go: boolean;
  readonly python: boolean;
}

/** A CHANGELOG.md without releases. */
export function newChangelog({ scope, goModule, pythonPackage }: Identity, { go, python }: Languages): string {
  const packages = [
    `\`${scope}/protos\` (npm)`,
    ...(go ? [`\`${goModule}\` (Go)`] : []),
    ...(python ? [`\`${pythonPackage}\` (PyPI)`] : []),
  ];
  const list = new Intl.ListFormat('en-GB').format(packages);
  return `# Changelog

Releases of ${list}${packages.length > 1 ? ', all under one version' : ''}.

## ${firstVersion} (unreleased)

- The first version.
`;
}

/**
 * Removes statements about releases that the new repository does not have: since when a feature exists, what was
 * installed, and the results of a rehearsal.
 *
 * @param latest the latest of these releases
 */
export function withoutHistory(path: string, text: string, latest: string): string {
  const version = String.raw`\d+\.\d+\.\d+`;
  if (/\.proto$|(^|\/)gen\/.*\.(go|pyi?|ts)$/.test(path)) {
    const blank = String.raw`[ \t]*(?:\/\/|\*)?[ \t]*`;
    return text
      .replace(new RegExp(`^(?:${blank}\\n)?${blank}Since ${version}\\.\\n`, 'gm'), '')
      .replace(new RegExp(`\\bSince ${version}\\. `, 'g'), '');
  }
  if (path.startsWith('packages/protos/openapi/')) {
    return text.replace(new RegExp(`(\\\\n\\\\n)?Since ${version}\\.( |(?="))`, 'g'), '');
  }
  if (!path.endsWith('.md')) return text;
  return text
    .replace(new RegExp(`,? \\(?(since|from) ${version}( on)?\\)?(?=[ ,.:|)])`, 'g'), '')
    .replace(new RegExp(`(@v?|==|#v)${RegExp.escape(latest)}\\b`, 'g'), `$1${firstVersion}`)
    .replace(
      /(?<=<!-- what was shown -->\n\n).*(?=\n\n<!-- the end of what was shown -->)/s,
      'Not run yet: `pnpm release rehearse --write`.',
    );
}
