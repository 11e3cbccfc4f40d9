/** Names that companies could have: hyphens, digits, dots, long paths, and names that resemble ours. */
export interface OddNames {
  readonly scope: string;
  /** Further options of `pnpm start-your-own`, without the scope. */
  readonly options?: readonly string[];
  /** Matches the new names that contain a name of the template. */
  readonly similar?: RegExp;
  /** The parts that these options leave out. */
  readonly without?: string;
  /** The prefix that these options give the names of proto packages. */
  readonly prefix?: string;
  /** Whether a clone with these names also runs all tests, checks and rehearsals. */
  readonly isWhole?: boolean;
}

export const oddNames: readonly OddNames[] = [
  { scope: 'acme', isWhole: true },
  { scope: 'x' },
  { scope: '42' },
  { scope: 'my.co-2', isWhole: true },
  { scope: '3scale-7' },
  { scope: 'under_score' },
  { scope: 'examples' },
  { scope: 'example-corp', options: ['--python-name', 'example-protos-2'], similar: /example[-_]protos[-_]2/g },
  { scope: 'acme', options: ['--go-module', 'example.com/protos-fork'], similar: /example\.com\/protos-fork/g },
  { scope: 'acme', options: ['--go-module', 'go.acme-42.io/a'] },
  { scope: 'a-1', options: ['--go-module', 'git.corp.acme-42.io/platform/teams/payments/services/protos-and-more'] },
  { scope: 'acme', options: ['--go-module', 'acme.com/~team/x_y/z.w'] },
  { scope: 'acme', options: ['--repository', 'https://gitlab.com/acme-group/sub.group/the-api'] },
  { scope: 'acme', options: ['--repository', 'https://git.acme.com:8443/r/api', '--go-module', 'acme.com/api'] },
  { scope: 'acme', options: ['--python-name', 'a'] },
  { scope: 'acme', options: ['--python-name', 'a-very-long-name-of-a-python-distribution-of-64-characters-at-m'] },
  { scope: 'zz-top', options: ['--domain', 'a-1.b-2.c3.acme.co.uk'] },
  { scope: 'acme', options: ['--holder', 'Müller & Söhne GmbH (Köln), 株式会社'] },
  { scope: 'protos', options: ['--python-name', 'protos', '--domain', 'x.y'] },
  { scope: 'acme', options: ['--without', 'go'], without: 'go', isWhole: true },
  { scope: 'acme', options: ['--without', 'python'], without: 'python,envoy' },
  { scope: 'acme', options: ['--without', 'envoy'], without: 'envoy' },
  { scope: 'acme', options: ['--without', 'web'], without: 'web' },
  { scope: 'acme', options: ['--without', 'python,web'], without: 'python,envoy,web', isWhole: true },
  { scope: 'acme', options: ['--proto-prefix', 'acme'], prefix: 'acme', isWhole: true },
  {
    scope: 'zeta',
    options: ['--proto-prefix', 'z9.my_co.platform', '--domain', 'a.very.long.domain.of.acme.co.uk'],
    prefix: 'z9.my_co.platform',
  },
  {
    scope: 'a-scope-that-has-as-many-as-40-character',
    options: ['--go-module', `acme.com/${'long-element/'.repeat(8)}protos`, '--holder', 'H'.repeat(100)],
    isWhole: true,
  },
];

/** Clones with these names run all tests, checks and rehearsals. */
export const wholeNames = oddNames.filter(({ isWhole }) => isWhole);
