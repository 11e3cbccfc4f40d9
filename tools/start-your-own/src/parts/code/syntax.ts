// What the syntax of a piece of code means for its removal.
import ts from 'typescript-5';

export function parseJson(path: string, text: string): ts.SourceFile {
  const source = ts.parseJsonText(path, text);
  const setParents = (node: ts.Node) => {
    node.forEachChild((child) => {
      (child as { parent: ts.Node }).parent = node;
      setParents(child);
    });
  };
  setParents(source);
  return source;
}

export function isStatementList(node: ts.Node): boolean {
  return ts.isSourceFile(node) || ts.isBlock(node) || ts.isCaseOrDefaultClause(node) || ts.isModuleBlock(node);
}

/** Whether a node can be removed regardless of its siblings. */
export function isAlone(node: ts.Node, parent: ts.Node): boolean {
  if (ts.isParameter(node)) return true;
  if (ts.isClassLike(parent)) return ts.isClassElement(node);
  if (ts.isJsxElement(parent)) return node !== parent.openingElement && node !== parent.closingElement;
  return ts.isCaseBlock(parent) || ts.isJsxAttributes(parent) || ts.isJsxFragment(parent);
}

/** The elements of a list that is removed when it has become empty. */
export function elementsOf(list: ts.Node): readonly ts.Node[] | undefined {
  if (ts.isUnionTypeNode(list)) return list.types;
  if (ts.isInterfaceDeclaration(list) || ts.isTypeLiteralNode(list)) return list.members;
  if (ts.isVariableDeclarationList(list)) return list.declarations;
  const hasElements =
    ts.isNamedImports(list) || ts.isNamedExports(list) || ts.isObjectBindingPattern(list) || ts.isTupleTypeNode(list);
  return hasElements ? list.elements : undefined;
}

/** The outermost expression that only adds a type or parentheses to this one. */
export function outermost(node: ts.Node): ts.Node {
  let at = node;
  while (
    ts.isAsExpression(at.parent) ||
    ts.isSatisfiesExpression(at.parent) ||
    ts.isParenthesizedExpression(at.parent)
  ) {
    at = at.parent;
  }
  return at;
}

/** Whether an array is a table: its rows have the same number of cells. */
export function isTable({ elements }: ts.ArrayLiteralExpression): boolean {
  const lengths = elements.map((row) => (ts.isArrayLiteralExpression(row) ? row.elements.length : 0));
  return new Set(lengths).size === 1 && lengths[0] !== 1;
}

/** The entry of a list that is, or contains as a property, this object. */
export function entryAround(object: ts.Node): ts.Node | undefined {
  if (ts.isArrayLiteralExpression(object.parent)) return object;
  const isProperty = ts.isPropertyAssignment(object.parent);
  return isProperty ? entryAround(outermost(object.parent.parent)) : undefined;
}

/** `const [a, b] = await Promise.all([c, d])`: the pattern of an array. */
export function patternOf(array: ts.Node): ts.ArrayBindingPattern | undefined {
  let at = array.parent;
  if (ts.isCallExpression(at) && /^Promise\.all/.test(at.expression.getText())) at = at.parent;
  if (ts.isAwaitExpression(at)) at = at.parent;
  return ts.isVariableDeclaration(at) && ts.isArrayBindingPattern(at.name) ? at.name : undefined;
}

/** The value that an element of a pattern gets. */
export function initialValue(element: ts.Node, pattern: ts.ArrayBindingPattern): ts.Node | undefined {
  let at: ts.Node | undefined = ts.isVariableDeclaration(pattern.parent) ? pattern.parent.initializer : undefined;
  if (at !== undefined && ts.isAwaitExpression(at)) at = at.expression;
  if (at !== undefined && ts.isCallExpression(at) && /^Promise\.all/.test(at.expression.getText())) [at] = at.arguments;
  if (at === undefined || !ts.isArrayLiteralExpression(at)) return undefined;
  return at.elements[pattern.elements.indexOf(element as ts.ArrayBindingElement)];
}

/**
 * The operand that replaces `a && b`, `a || b`, `a ?? b`, `a + b` or `a ? b : c` when one of the operands is removed.
 */
export function operandBeside(node: ts.Node, parent: ts.Node): ts.Node | undefined {
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    const isChoice =
      kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken;
    const isText = kind === ts.SyntaxKind.PlusToken && ts.isStringLiteralLike(node);
    // A condition that guards a use of the part: without the part, the guarded code is removed, too.
    const isGuard =
      kind === ts.SyntaxKind.AmpersandAmpersandToken &&
      node === parent.left &&
      ts.isParenthesizedExpression(parent.parent);
    if ((isChoice && !isGuard) || isText) return node === parent.left ? parent.right : parent.left;
  }
  if (ts.isConditionalExpression(parent)) return node === parent.whenFalse ? parent.whenTrue : parent.whenFalse;
  if (ts.isIfStatement(parent) && node !== parent.elseStatement) return parent.elseStatement;
  if (ts.isCallExpression(parent) && isFilter(parent) && ts.isPropertyAccessExpression(parent.expression)) {
    return node === parent.expression ? undefined : parent.expression.expression;
  }
  return undefined;
}

export function isVariadic(call: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(call.expression) && /^(push|concat)$/.test(call.expression.name.text);
}

/**
 * Whether a call is a step in a chain of calls that return the same kind of value, so that the step can be removed
 * alone.
 */
function isFilter(call: ts.CallExpression): boolean {
  return (
    ts.isPropertyAccessExpression(call.expression) &&
    (ts.isPropertyAccessExpression(call.parent) || ts.isCallExpression(call.expression.expression)) &&
    /^(filter|replace|replaceAll)$/.test(call.expression.name.text)
  );
}

/** The call of `it` whose test is this block of statements. */
export function testAround(block: ts.Node): ts.CallExpression | undefined {
  for (let node = block; node !== undefined && !ts.isSourceFile(node); node = node.parent) {
    if (ts.isCallExpression(node) && /^(it|test)\b/.test(node.expression.getText())) return node;
  }
  return undefined;
}

export function statementOf(node: ts.Node): ts.Node | undefined {
  let at: ts.Node | undefined = node;
  while (at !== undefined && !ts.isStatement(at)) at = at.parent;
  return at;
}

export function isWithin(node: ts.Node, outer: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

export function namesDeclaredBy(node: ts.Node): ts.Identifier[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(namesDeclaredBy);
  if (ts.isVariableDeclarationList(node)) return node.declarations.flatMap(namesDeclaredBy);
  if (ts.isVariableDeclaration(node) || ts.isBindingElement(node)) {
    return ts.isIdentifier(node.name)
      ? [node.name]
      : node.name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesDeclaredBy(element) : []));
  }
  if (ts.isImportDeclaration(node)) {
    const { name, namedBindings } = node.importClause ?? {};
    const named =
      namedBindings === undefined
        ? []
        : ts.isNamedImports(namedBindings)
          ? namedBindings.elements.map((element) => element.name)
          : [namedBindings.name];
    return name === undefined ? named : [name, ...named];
  }
  if (ts.isImportSpecifier(node)) return [node.name];
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node);
  return isNamed && node.name !== undefined ? [node.name] : [];
}
