import ts from 'typescript-5';
import { forEachNode, parse } from './syntax.ts';

/** A list in a module to which an element is added. */
export type Place =
  /** The members of an interface. */
  | { readonly interface: string }
  /** The elements or properties of a constant. */
  | { readonly constant: string }
  /** The names that a function destructures from its parameter, or from another object. */
  | { readonly namesIn: string }
  /** The properties of the object that a function returns. */
  | { readonly returnedBy: string }
  /** The statements of a function. */
  | { readonly statementsOf: string };

/**
 * Adds an element at the end of a list.
 *
 * @returns undefined when the module has no such list
 */
export function insert(source: string, place: Place, text: string): string | undefined {
  const list = listAt(parse(source), place);
  if (list === undefined) return undefined;
  const last = list.elements.at(-1);
  const at = last?.end ?? list.end;
  const isOfLines = 'interface' in place || 'statementsOf' in place;
  const before = isOfLines ? '\n' : last ? ', ' : '';
  return source.slice(0, at) + before + text + source.slice(at);
}

interface List {
  readonly elements: readonly ts.Node[];
  /** The position at which to insert the first element of an empty list. */
  readonly end: number;
}

function listAt(file: ts.SourceFile, place: Place): List | undefined {
  if ('interface' in place) {
    const found = find(file, ts.isInterfaceDeclaration, ({ name }) => name.text === place.interface);
    return found && { elements: found.members, end: found.members.pos };
  }
  if ('constant' in place) {
    const found = find(file, ts.isVariableDeclaration, ({ name }) => name.getText() === place.constant);
    const literal = found && find(found, isLiteralList, () => true);
    if (literal === undefined) return undefined;
    return listOf(ts.isArrayLiteralExpression(literal) ? literal.elements : literal.properties);
  }
  const name = 'namesIn' in place ? place.namesIn : 'returnedBy' in place ? place.returnedBy : place.statementsOf;
  const body = find(file, ts.isFunctionDeclaration, (found) => found.name?.text === name);
  if (body?.body === undefined) return undefined;
  if ('statementsOf' in place) return listOf(body.body.statements);
  if ('namesIn' in place) {
    const pattern = find(body, ts.isObjectBindingPattern, () => true);
    return pattern && listOf(pattern.elements);
  }
  const returned = find(
    body,
    ts.isReturnStatement,
    ({ expression }) => expression?.kind === ts.SyntaxKind.ObjectLiteralExpression,
  );
  return returned && listOf((returned.expression as ts.ObjectLiteralExpression).properties);
}

function isLiteralList(node: ts.Node): node is ts.ArrayLiteralExpression | ts.ObjectLiteralExpression {
  return ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);
}

function listOf(elements: ts.NodeArray<ts.Node>): List {
  return { elements, end: elements.pos };
}

function find<T extends ts.Node>(
  from: ts.Node,
  isKind: (node: ts.Node) => node is T,
  isSought: (node: T) => boolean,
): T | undefined {
  let found: T | undefined;
  forEachNode(from, (node) => {
    if (found === undefined && isKind(node) && isSought(node)) found = node;
  });
  return found;
}
