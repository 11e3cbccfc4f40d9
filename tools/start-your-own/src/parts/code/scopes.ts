import ts from 'typescript-5';

/**
 * The declarations of a file by their names, and the places where they are used. A type and a value with the same name
 * count as one declaration.
 */
export interface Declarations {
  /** @returns the name in the declaration that an identifier refers to; undefined for those of other files */
  declarationOf(identifier: ts.Identifier): ts.Identifier | undefined;
  readonly uses: ReadonlyMap<ts.Identifier, readonly ts.Identifier[]>;
}

export function findDeclarations(file: ts.SourceFile): Declarations {
  const scopes = new Map<ts.Node, Map<string, ts.Identifier>>();
  const identifiers: ts.Identifier[] = [];
  const declare = (name: ts.Identifier, scope: ts.Node) => {
    const names = scopes.get(scope) ?? new Map<string, ts.Identifier>();
    scopes.set(scope, names);
    if (!names.has(name.text)) names.set(name.text, name);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) identifiers.push(node);
    const name = declaredName(node);
    if (name !== undefined) declare(name, scopeOf(node));
    node.forEachChild(visit);
  };
  visit(file);

  const declarationOf = (identifier: ts.Identifier) => {
    if (!isReference(identifier)) return undefined;
    for (let node: ts.Node | undefined = identifier; node !== undefined; node = node.parent) {
      const found = scopes.get(node)?.get(identifier.text);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const uses = new Map<ts.Identifier, ts.Identifier[]>();
  for (const names of scopes.values()) for (const name of names.values()) uses.set(name, []);
  for (const identifier of identifiers) {
    const declaration = declarationOf(identifier);
    if (declaration !== undefined && declaration !== identifier) uses.get(declaration)?.push(identifier);
  }
  return { declarationOf, uses };
}

function declaredName(node: ts.Node): ts.Identifier | undefined {
  const isDeclaration =
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isParameter(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isImportSpecifier(node) ||
    ts.isNamespaceImport(node) ||
    ts.isImportClause(node);
  return isDeclaration && node.name !== undefined && ts.isIdentifier(node.name) ? node.name : undefined;
}

function isScope(node: ts.Node): boolean {
  return (
    ts.isSourceFile(node) ||
    ts.isBlock(node) ||
    ts.isFunctionLike(node) ||
    ts.isCaseBlock(node) ||
    ts.isCatchClause(node) ||
    ts.isForStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isForInStatement(node)
  );
}

/** The scope in which a declaration is visible. */
function scopeOf(declaration: ts.Node): ts.Node {
  let node = declaration.parent;
  while (!isScope(node)) node = node.parent;
  return node;
}

/** Whether an identifier refers to a declaration of this file. Names of properties, and of other files, do not. */
function isReference(identifier: ts.Identifier): boolean {
  const { parent } = identifier;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== identifier;
  if (ts.isQualifiedName(parent)) return parent.right !== identifier;
  if (ts.isBindingElement(parent)) return parent.propertyName !== identifier;
  if (ts.isImportSpecifier(parent)) return parent.name === identifier;
  if (ts.isExportSpecifier(parent)) {
    return (parent.propertyName ?? parent.name) === identifier && parent.parent.parent.moduleSpecifier === undefined;
  }
  if (ts.isJsxAttribute(parent)) return false;
  const isMember =
    ts.isPropertyAssignment(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isAccessor(parent) ||
    ts.isEnumMember(parent);
  return !(isMember && parent.name === identifier);
}
