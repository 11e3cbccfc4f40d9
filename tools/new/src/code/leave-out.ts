import ts from 'typescript-5';
import { forEachNode, isWord, parse } from './syntax.ts';

/**
 * Removes from a TypeScript module the parts that mention certain words. For each mention it removes the smallest
 * enclosing property, element, member, parameter, import name or statement. It also removes a list that has lost all of
 * its elements, a row of `it.each` that has lost an element, code that uses a removed declaration, and declarations
 * that are no longer used.
 *
 * @param isLeftOut whether a name or a text mentions such a word
 */
export function leaveOut(source: string, isLeftOut: (text: string, isName: boolean) => boolean): string {
  const without = removeAll(source, (file) => {
    const mentions: ts.Node[] = [];
    forEachNode(file, (node) => {
      if (isWord(node) && isLeftOut(node.text, ts.isIdentifier(node))) mentions.push(node);
    });
    return mentions;
  });
  return removeUnused(without);
}

function removeUnused(source: string): string {
  const without = removeAll(source, unusedDeclarations);
  return without === source ? source : removeUnused(without);
}

function unusedDeclarations(file: ts.SourceFile): ts.Node[] {
  const uses = new Map<string, number>();
  const names: ts.Identifier[] = [];
  forEachNode(file, (node) => {
    if (!ts.isIdentifier(node)) return;
    uses.set(node.text, (uses.get(node.text) ?? 0) + 1);
    if (isDeclaredName(node)) names.push(node);
  });
  return names.filter((name) => uses.get(name.text) === 1 && !isExported(name));
}

function isDeclaredName(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isImportSpecifier(parent)) return parent.name === name;
  const isDeclaration =
    (ts.isVariableDeclaration(parent) && ts.isVariableStatement(parent.parent.parent)) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isInterfaceDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent);
  return isDeclaration && parent.name === name;
}

function isExported(name: ts.Identifier): boolean {
  const statement = unitOf(name);
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function removeAll(source: string, find: (file: ts.SourceFile) => readonly ts.Node[]): string {
  const file = parse(source);
  const removed = new Set<ts.Node>(find(file).map(unitOf));
  for (let size = -1; size !== removed.size; ) {
    size = removed.size;
    const gone = new Set([...removed].flatMap(namesDeclaredBy));
    forEachNode(file, (node) => {
      if (removed.has(node)) return;
      const elements = elementsOf(node);
      const left = elements.filter((element) => !removed.has(element));
      if (elements.length > 0 && (left.length === 0 || (isRowOfTest(node) && left.length < elements.length))) {
        const unit = unitWithout(node);
        if (unit) removed.add(unit);
      }
      if (ts.isIdentifier(node) && gone.has(node.text)) removed.add(unitOf(node));
    });
  }
  return cut(source, file, removed);
}

/** The constants and functions that are declared by a statement of the module itself. */
function namesDeclaredBy(node: ts.Node): string[] {
  if (!ts.isSourceFile(node.parent)) return [];
  if (ts.isFunctionDeclaration(node)) return node.name ? [node.name.text] : [];
  const declarations = ts.isVariableStatement(node) ? node.declarationList.declarations : [];
  return declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
}

/** Whether an array is a row of `it.each`: all rows must have the same number of elements. */
function isRowOfTest(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isArrayLiteralExpression(node) &&
    ts.isArrayLiteralExpression(parent) &&
    ts.isCallExpression(parent.parent) &&
    parent.parent.expression.getText().endsWith('.each')
  );
}

/** The part to remove when a list has lost all of its elements. */
function unitWithout(list: ts.Node): ts.Node | undefined {
  const { parent } = list;
  const isArgument = ts.isCallExpression(parent) && parent.arguments.includes(list as ts.Expression);
  // An `it.each` without cases is removed. Other arguments remain as empty lists.
  if (isArgument && !parent.expression.getText().endsWith('.each')) return undefined;
  if (ts.isFunctionDeclaration(list) || ts.isArrowFunction(list)) return undefined;
  return ts.isSourceFile(list) ? undefined : unitOf(list);
}

/** The elements of a list that has no meaning when it is empty. */
function elementsOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isArrayLiteralExpression(node) || ts.isNamedImports(node) || ts.isNamedExports(node)) return node.elements;
  if (ts.isObjectLiteralExpression(node)) return node.properties;
  if (ts.isObjectBindingPattern(node)) return node.elements;
  return ts.isBlock(node) ? node.statements : [];
}

/** The smallest part around a node that can be removed by itself. */
function unitOf(node: ts.Node): ts.Node {
  for (let unit = node; ; unit = unit.parent) {
    if (unit.parent === undefined || isElement(unit, unit.parent)) return unit;
  }
}

function isElement(node: ts.Node, parent: ts.Node): boolean {
  return (
    ts.isSourceFile(parent) ||
    (ts.isBlock(parent) && ts.isStatement(node)) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    (ts.isInterfaceDeclaration(parent) && ts.isTypeElement(node)) ||
    (ts.isClassDeclaration(parent) && ts.isClassElement(node)) ||
    ts.isTypeLiteralNode(parent) ||
    ts.isTupleTypeNode(parent) ||
    ts.isImportSpecifier(node) ||
    ts.isExportSpecifier(node) ||
    ts.isBindingElement(node) ||
    ts.isParameter(node)
  );
}

/** Cuts nodes out of a text, each with the comments before it and with its comma. */
function cut(source: string, file: ts.SourceFile, removed: ReadonlySet<ts.Node>): string {
  const ranges: { start: number; end: number }[] = [];
  forEachNode(file, (node) => {
    if (!removed.has(node)) return;
    const start = node.getFullStart();
    const comma = /^\s*,/.exec(source.slice(node.end))?.[0].length ?? 0;
    ranges.push({ start, end: node.end + comma });
  });
  let result = '';
  let position = 0;
  for (const { start, end } of ranges) {
    if (start < position) continue;
    result += source.slice(position, start);
    position = end;
  }
  return result + source.slice(position);
}
