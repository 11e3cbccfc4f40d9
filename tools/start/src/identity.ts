import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleOf, readNames } from '@example/kit/names';

/** Everything that tells one repository of this kind from another. */
export interface Identity {
  /** The name of the root package, and the title of README.md. */
  readonly project: string;
  /** The scope of the npm packages, with `@`. */
  readonly scope: string;
  readonly goModule: string;
  readonly pythonPackage: string;
  /** The end of the domains in google.rpc.ErrorInfo: `user.` and this. */
  readonly domain: string;
  /** Who has the copyright. */
  readonly holder: string;
  /** An https URL. */
  readonly repository: string;
}

/** Names that no manifest has. */
const ofTemplate = { domain: 'example.com', holder: 'The Example Authors' };

/** @param root of a repository that nobody has renamed */
export function identityOf(root: string): Identity {
  const { npmScope, goModule, pythonPackage, repository } = readNames(root);
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };
  return { project: name, scope: npmScope, goModule, pythonPackage, repository, ...ofTemplate };
}

/** The Python package of a distribution, as programs import it. */
export function pythonModuleOf({ pythonPackage }: Identity): string {
  return moduleOf(pythonPackage);
}

export type Answers = Partial<Omit<Identity, 'project'>> & Pick<Identity, 'scope'>;

/** Hosts whose repositories have the path of their Go module. */
const codeHosts = ['bitbucket.org', 'codeberg.org', 'github.com', 'gitlab.com'];

/** Fills in what was not answered: by the scope, and by what was answered before. */
export function withDefaults(answers: Answers): Identity {
  const { scope } = answers;
  const project = scope.slice(1);
  const slug = project.replace(/[._-]+/g, '-').replace(/-$/, '');
  const repository = answers.repository ?? repositoryOf(answers.goModule) ?? `https://github.com/${slug}/protos`;
  return {
    project,
    scope,
    repository,
    goModule: answers.goModule ?? repository.replace(/^https:\/\//, '').toLowerCase(),
    pythonPackage: answers.pythonPackage ?? (/^\d/.test(slug) ? `protos-${slug}` : `${slug}-protos`),
    domain: answers.domain ?? domainOf(project, slug),
    holder: answers.holder ?? `The ${titleOf(slug)} Authors`,
  };
}

function repositoryOf(goModule: string | undefined): string | undefined {
  const isHosted = goModule !== undefined && codeHosts.includes(goModule.split('/')[0] as string);
  return isHosted ? `https://${goModule}` : undefined;
}

/** A scope such as `acme.dev` is one already. */
function domainOf(project: string, slug: string): string {
  const isDomain = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(project);
  return isDomain ? project : `${slug}.com`;
}

function titleOf(slug: string): string {
  return slug.replace(/(^|-)([a-z0-9])/g, (_, dash: string, first: string) => (dash && ' ') + first.toUpperCase());
}
