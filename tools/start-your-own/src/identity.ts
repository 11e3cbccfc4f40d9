import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleOf, readNames } from '@example/kit/names';

/** The names that differ between repositories made from this one. */
export interface Identity {
  /** The name of the root package, and the title of README.md. */
  readonly project: string;
  /** The scope of the npm packages, with `@`. */
  readonly scope: string;
  readonly goModule: string;
  readonly pythonPackage: string;
  /** The prefix of the names of the proto packages, such as `acme` or `acme.shop`; empty for no prefix. */
  readonly protoPrefix: string;
  /** The common end of the domains in google.rpc.ErrorInfo, after a first part such as `user.`. */
  readonly domain: string;
  /** The holder of the copyright. */
  readonly holder: string;
  /** An https URL. */
  readonly repository: string;
}

/** Names that are in no manifest. */
const ofTemplate = { protoPrefix: '', domain: 'example.com', holder: 'The Example Authors' };

/** @param root of a repository that has not been renamed */
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

/** Hosts where the path of a Go module is the path of its repository. */
const codeHosts = ['bitbucket.org', 'codeberg.org', 'github.com', 'gitlab.com'];

/** Fills in missing answers, from the scope and from earlier answers. */
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
    protoPrefix: answers.protoPrefix ?? '',
    domain: answers.domain ?? domainOf(project, slug),
    holder: answers.holder ?? `The ${titleOf(slug)} Authors`,
  };
}

function repositoryOf(goModule: string | undefined): string | undefined {
  const isHosted = goModule !== undefined && codeHosts.includes(goModule.split('/')[0] as string);
  return isHosted ? `https://${goModule}` : undefined;
}

/** The domain for a scope. A scope such as `acme.dev` is already a domain. */
function domainOf(project: string, slug: string): string {
  const isDomain = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(project);
  return isDomain ? project : `${slug}.com`;
}

function titleOf(slug: string): string {
  return slug.replace(/(^|-)([a-z0-9])/g, (_, dash: string, first: string) => (dash && ' ') + first.toUpperCase());
}
