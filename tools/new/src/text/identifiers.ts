import { UsageError } from '@example/kit/command-line';

/** Words that a language reserves: as a package, a field or a variable they break the code that is generated for it. */
const keywords: Readonly<Record<string, string>> = {
  Python:
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield',
  TypeScript:
    'any arguments await boolean break case catch class const constructor continue debugger default delete do else ' +
    'enum eval export extends false finally for function if implements import in instanceof interface let new null ' +
    'number package private protected prototype public return static string super switch this throw true try type ' +
    'typeof undefined var void while with yield',
  Go:
    'break case chan const continue default defer else fallthrough for func go goto if import interface internal map ' +
    'package range return select struct switch type var vendor',
  proto: 'message service rpc enum option oneof extend reserved syntax edition stream returns repeated group',
  SQL: 'all check column columns constraint group groups index key keys order references row rows table user value values',
};

/** @throws {UsageError} when a language reserves the word */
export function refuseKeyword(what: string, word: string): void {
  const languages = Object.keys(keywords).filter((language) => keywords[language]?.split(' ').includes(word));
  if (languages.length === 0) return;
  throw new UsageError(`${what} cannot be ${word}, a word that ${languages.join(' and ')} reserves: choose another.`);
}
