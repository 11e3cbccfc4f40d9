import { cruise, type ICruiseResult, type IForbiddenRuleType, type IViolation } from 'dependency-cruiser';
import {
  allowedImports,
  checkedFolders,
  type FolderLevels,
  folderLevels,
  type KnownViolation,
  knownViolations,
  testFiles,
  testKit,
  uncheckedFiles,
} from './import-rules.ts';

interface ImportRules {
  readonly levels: readonly FolderLevels[];
  readonly known: readonly KnownViolation[];
}

/**
 * Finds imports, including those of types, that form a cycle, break the order of folders, or bypass the exports of a
 * package.
 *
 * @param repository its root folder
 * @returns a line for each violation
 */
export async function forbiddenImports(
  repository: string,
  { levels, known }: ImportRules = { levels: folderLevels, known: knownViolations },
): Promise<string[]> {
  const { output } = await cruise(checkedFolders, {
    baseDir: repository,
    validate: true,
    ruleSet: {
      forbidden: [noCycle, resolvable, noWayPastExports, kitIsLeaf, ...levels.flatMap(rulesOf)],
    },
    // Includes imports of types.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: uncheckedFiles },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'types', 'default'],
    },
  });
  const violations = (output as ICruiseResult).summary.violations.filter((violation) => !isAllowed(violation));
  const isKnown = (violation: IViolation) => known.some((entry) => matches(entry, violation));
  return [
    ...violations.filter((violation) => !isKnown(violation)).map(describe),
    ...known
      .filter((entry) => !violations.some((violation) => matches(entry, violation)))
      .map(({ from, to }) => `${from} → ${to}: nothing violates this any more; remove it from knownViolations`),
  ];
}

const noCycle: IForbiddenRuleType = {
  name: 'imports form a cycle',
  from: {},
  to: { circular: true },
};

const resolvable: IForbiddenRuleType = {
  name: 'no package exports it',
  from: {},
  to: { path: '^@example/', couldNotResolve: true },
};

const noWayPastExports: IForbiddenRuleType = {
  name: 'import it by its name, from what its package.json exports',
  from: { path: '^((packages|examples|proofs|tools)/[^/]+)/|^scripts/' },
  to: { path: '^(packages|examples|proofs|tools)/[^/]+/', pathNot: '^$1/', dependencyTypes: ['local'] },
};

const kitIsLeaf: IForbiddenRuleType = {
  name: `${testKit} is imported by tests of packages: it imports no package, example or proof`,
  from: { path: `^${testKit}/` },
  to: { path: '^(packages|examples|proofs)/', pathNot: `^${testKit}/` },
};

const mayImport = 'may import only';

/** Makes a rule for each folder of an order. */
function rulesOf({ in: folder, levels }: FolderLevels): IForbiddenRuleType[] {
  const path = (names: readonly string[]) => `^${folder && `${folder}/`}(${names.map(escapeDots).join('|')})(/|$)`;
  return levels.flatMap((names, level) =>
    names.map((name) => {
      const allowed = [name, ...levels.slice(0, level).flat()];
      return {
        name: `${folder && `in ${folder}, `}${name} ${mayImport} ${allowed.slice(1).join(', ') || 'itself'}`,
        from: { path: path([name]), ...(folder.includes('/') && { pathNot: testFiles }) },
        to: {
          path: folder ? `^${folder}/` : path(levels.flat()),
          pathNot: path(allowed),
        },
      };
    }),
  );
}

function isAllowed({ rule, from, to }: IViolation): boolean {
  const isOfLevels = rule.name.includes(mayImport);
  return (
    isOfLevels && allowedImports.some((entry) => new RegExp(entry.from).test(from) && new RegExp(entry.to).test(to))
  );
}

function escapeDots(name: string): string {
  return name.replaceAll('.', '\\.');
}

function matches(known: KnownViolation, { from, to }: IViolation): boolean {
  return from.startsWith(known.from) && to.startsWith(known.to);
}

function describe({ rule, from, to, cycle }: IViolation): string {
  const path = cycle ? [from, ...cycle.map((file) => (typeof file === 'string' ? file : file.name))] : [from, to];
  return `${path.join(' → ')}: ${rule.name}`;
}
