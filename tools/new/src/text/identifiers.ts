import { UsageError } from '@example/kit/command-line';

/**
 * Reserved words of the languages. The generated code would not compile if a package, field or variable had such a
 * name.
 */
const keywords = {
  Python:
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield',
  TypeScript:
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof undefined var void while with yield',
  Go:
    'break case chan const continue default defer else fallthrough for func go goto if import interface internal map ' +
    'package range return select struct switch type var vendor',
  protobuf: 'enum extend import message oneof option package reserved rpc service stream syntax',
} as const;

/** Words of SQL that cannot name a table. */
const tableKeywords = ['columns', 'groups', 'rows', 'values', 'windows'];

/** @throws {UsageError} when a name is reserved for packages, or its plural for tables */
export function refuseReservedResource(one: string, many: string): void {
  refuse('the name', one, ['Python', 'TypeScript', 'Go', 'protobuf']);
  if (tableKeywords.includes(many)) {
    throw new UsageError(`the name cannot be ${one}, because SQL reserves ${many}: choose another.`);
  }
}

/**
 * @throws {UsageError} when a name is reserved for fields. Go has no such names, because its fields start with a
 *   capital
 */
export function refuseReservedField(name: string): void {
  refuse('a field', name, ['Python', 'TypeScript']);
}

function refuse(what: string, name: string, languages: readonly (keyof typeof keywords)[]): void {
  const reserving = languages.filter((language) => keywords[language].split(' ').includes(name));
  if (reserving.length === 0) return;
  throw new UsageError(`${what} cannot be ${name}, a reserved word of ${reserving.join(' and ')}: choose another.`);
}
