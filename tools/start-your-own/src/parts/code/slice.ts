import ts from 'typescript-5';
import { findDeclarations } from './scopes.ts';
import { textWithout, withoutAlternatives } from './text.ts';

/**
 * A file of TypeScript, JavaScript or JSON from which parts are removed. For each name of a part, it removes the
 * smallest enclosing piece of code that can be removed alone: an entry of a list, a property, a member, an operand or a
 * statement. It also removes declarations that only the removed code has used.
 */
export class Slice {
  readonly source: ts.SourceFile;
  readonly #names: RegExp;
  readonly #removed = new Set<ts.Node>();
  /** The replacements of nodes: a text, or one of the operands of the node. */
  readonly #instead = new Map<ts.Node, ts.Node | string>();
  readonly #declarations;
  readonly #goneNames = new Set<ts.Identifier>();
  /** The exported names that have been removed, so that other files cannot import them any more. */
  readonly goneExports = new Set<string>();
  readonly #hadTests: boolean;
  #isTidying = false;
  /** The declarations that were used before anything was removed. */
  readonly #used: readonly ts.Identifier[];

  constructor(path: string, text: string, names: RegExp) {
    this.source = /\.jsonc?$/.test(path)
      ? parseJson(path, text)
      : ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    this.#names = names;
    this.#declarations = findDeclarations(this.source);
    this.#hadTests = this.#hasTests();
    const { uses } = this.#declarations;
    this.#used = [...uses.keys()].filter((name) => this.#isUsed(name, name.parent));
  }

  /** Whether nothing is left of the file. A file of tests counts as empty when it has no test left. */
  get isEmpty(): boolean {
    if (this.#hadTests && !this.#hasTests()) return true;
    return this.source.statements.length > 0 && this.source.statements.every((statement) => this.#isRemoved(statement));
  }

  /** The number of removed and replaced nodes. */
  get changes(): number {
    return this.#removed.size + this.#instead.size;
  }

  get isChanged(): boolean {
    return this.changes > 0;
  }

  /** Removes the code that names the part, and the code that depends on it. */
  sweep(): void {
    for (let before = -1; before !== this.changes; ) {
      before = this.changes;
      this.#visit(this.source);
      this.#removeUnused();
    }
  }

  /** The modules that are still imported, with the names; `*` for all of them. */
  *imports(): Iterable<{ readonly specifier: ts.StringLiteralLike; readonly name: string; readonly node: ts.Node }> {
    const found: { specifier: ts.StringLiteralLike; name: string; node: ts.Node }[] = [];
    const visit = (node: ts.Node): void => {
      if (this.#removed.has(node)) return;
      if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
        const specifier = node.moduleSpecifier;
        const { name, namedBindings } = node.importClause ?? {};
        const named = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
        for (const element of named) {
          if (!this.#removed.has(element)) {
            found.push({ specifier, name: (element.propertyName ?? element.name).text, node: element });
          }
        }
        if (name !== undefined) found.push({ specifier, name: 'default', node });
        if (named.length === 0 && name === undefined) found.push({ specifier, name: '*', node });
      } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
        const specifier = node.moduleSpecifier;
        if (node.exportClause === undefined || !ts.isNamedExports(node.exportClause)) {
          found.push({ specifier, name: '*', node });
        } else {
          for (const element of node.exportClause.elements) {
            if (!this.#removed.has(element)) {
              found.push({ specifier, name: (element.propertyName ?? element.name).text, node: element });
            }
          }
        }
      } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const [specifier] = node.arguments;
        if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
          found.push({ specifier, name: '*', node: specifier });
        }
      } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
        const { literal } = node.argument;
        if (ts.isStringLiteral(literal)) found.push({ specifier: literal, name: '*', node: literal });
      }
      node.forEachChild(visit);
    };
    visit(this.source);
    yield* found;
  }

  /** The strings that have not been removed. */
  strings(): ts.StringLiteralLike[] {
    const found: ts.StringLiteralLike[] = [];
    const visit = (node: ts.Node): void => {
      if (this.#removed.has(node)) return;
      if (ts.isStringLiteralLike(node)) found.push(node);
      node.forEachChild(visit);
    };
    visit(this.source);
    return found;
  }

  /**
   * Call when no file imports an exported name any more. Removes the declaration, or only `export` if this file uses
   * the name.
   */
  dropExport(name: string): void {
    for (const statement of this.source.statements) {
      if (this.#isRemoved(statement)) continue;
      if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
        for (const element of statement.exportClause.elements) if (element.name.text === name) this.remove(element);
        continue;
      }
      const modifier = ts.canHaveModifiers(statement)
        ? ts.getModifiers(statement)?.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
        : undefined;
      const declared = namesDeclaredBy(statement).find(({ text }) => text === name);
      if (modifier === undefined || declared === undefined) continue;
      if (this.#isUsed(declared, statement)) {
        this.#removed.add(modifier);
        this.goneExports.add(name);
      } else this.remove(statement);
    }
  }

  /** Removes the smallest piece of code around a node that can be removed alone. */
  remove(node: ts.Node): void {
    const { parent } = node;
    if (parent === undefined || this.#isRemoved(node)) return;
    const value = ts.isArrayBindingPattern(parent) ? initialValue(node, parent) : undefined;
    if (value !== undefined) this.remove(value);
    else if (ts.isStatement(node) && isStatementList(parent)) this.#removeStatement(node);
    else if (ts.isArrayLiteralExpression(parent)) this.#removeElement(node, parent);
    else if (ts.isObjectLiteralExpression(parent) && ts.isObjectLiteralElementLike(node)) {
      this.#removeProperty(node, parent);
    } else if (isAlone(node, parent)) this.#mark(node);
    else if (elementsOf(parent)?.includes(node)) this.#removeFrom(node, elementsOf(parent) ?? [], parent);
    else if (!this.#removeOperand(node, parent)) this.remove(parent);
  }

  /** @returns whether the other operand has replaced the parent */
  #removeOperand(node: ts.Node, parent: ts.Node): boolean {
    const other = operandBeside(node, parent);
    if (other === undefined) {
      const isArgument = ts.isCallExpression(parent) && parent.arguments.some((argument) => argument === node);
      const others = isArgument
        ? parent.arguments.filter((argument) => argument !== node && !this.#isRemoved(argument))
        : [];
      if (!isArgument || !isVariadic(parent) || others.length === 0) return false;
      this.#mark(node);
      return true;
    }
    if (this.#isRemoved(other) || this.#instead.has(parent)) return false;
    this.#mark(node);
    this.#instead.set(parent, other);
    return true;
  }

  print(): string {
    const text = this.source.text;
    const edits: { start: number; end: number; text: string }[] = [];
    const visit = (node: ts.Node): void => {
      if (this.#removed.has(node)) {
        edits.push({ ...this.#rangeOf(node), text: '' });
        return;
      }
      const instead = this.#instead.get(node);
      if (instead !== undefined) {
        const start = node.getStart(this.source);
        if (typeof instead === 'string') edits.push({ start, end: node.getEnd(), text: instead });
        else {
          const from = instead.getStart(this.source);
          edits.push({ start, end: from, text: '' });
          visit(instead);
          edits.push({ start: instead.getEnd(), end: node.getEnd(), text: '' });
        }
        return;
      }
      if (ts.isUnionTypeNode(node) && node.types.some((type) => this.#removed.has(type))) {
        const kept = node.types.filter((type) => !this.#removed.has(type)).map((type) => type.getText(this.source));
        edits.push({ start: node.getStart(this.source), end: node.getEnd(), text: kept.join(' | ') });
        return;
      }
      node.forEachChild(visit);
    };
    visit(this.source);
    let result = '';
    let at = 0;
    for (const edit of edits.sort((a, b) => a.start - b.start || a.end - b.end)) {
      if (edit.start < at) {
        at = Math.max(at, edit.end);
        continue;
      }
      result += text.slice(at, edit.start) + edit.text;
      at = edit.end;
    }
    result += text.slice(at);
    // JSON has no comma after the last entry.
    return this.source.fileName.endsWith('.json') ? result.replace(/,(\s*[}\]])/g, '$1') : result;
  }

  #rangeOf(node: ts.Node): { start: number; end: number } {
    const { text } = this.source;
    if (node.kind === ts.SyntaxKind.ExportKeyword) return { start: node.getStart(this.source), end: node.getEnd() + 1 };
    const full = node.getFullStart();
    const trailing = ts.getTrailingCommentRanges(text, full) ?? [];
    const isFirst = ts.isSourceFile(node.parent) && node.parent.statements[0] === node && ts.isImportDeclaration(node);
    const start = isFirst ? node.getStart(this.source) : (trailing.at(-1)?.end ?? full);
    const comma = /^\s*,/.exec(text.slice(node.getEnd()))?.[0].length ?? 0;
    const isInList = !ts.isStatement(node);
    const end = node.getEnd() + (isInList ? comma : 0);
    // A comment that ends the line of the node.
    const after = ts.getTrailingCommentRanges(text, end) ?? [];
    return { start, end: after.at(-1)?.end ?? end };
  }

  #visit(node: ts.Node): void {
    if (this.#removed.has(node)) return;
    const instead = this.#instead.get(node);
    if (typeof instead === 'string') return;
    if (instead !== undefined) {
      this.#visit(instead);
      return;
    }
    if (ts.isTemplateExpression(node)) {
      if (this.#visitTemplate(node)) return;
    } else if (ts.isStringLiteralLike(node)) this.#visitText(node);
    else if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      if (this.#isMention(node)) this.remove(node);
    } else if ((ts.isRegularExpressionLiteral(node) || ts.isJsxText(node)) && this.#names.test(node.text)) {
      const left = withoutAlternatives(node.text, this.#names);
      if (left === undefined) this.remove(node);
      else this.#instead.set(node, left);
    }
    node.forEachChild((child) => this.#visit(child));
  }

  #isMention(node: ts.Identifier | ts.PrivateIdentifier): boolean {
    if (this.#names.test(node.text)) return true;
    const declaration = ts.isIdentifier(node) ? this.#declarations.declarationOf(node) : undefined;
    return declaration !== undefined && this.#goneNames.has(declaration);
  }

  #visitText(node: ts.StringLiteralLike): void {
    if (!this.#names.test(node.text)) return;
    const isImport = ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent);
    const isProse = /\s/.test(node.text.trim());
    const left = isImport ? undefined : (isProse ? textWithout : withoutAlternatives)(node.text, this.#names);
    if (left === undefined) this.remove(node);
    else if (ts.isNoSubstitutionTemplateLiteral(node)) {
      this.#instead.set(node, `\`${left.replace(/[`\\]|\$\{/g, '\\$&')}\``);
    } else {
      const quote = node.getText(this.source)[0] as string;
      this.#instead.set(
        node,
        quote + JSON.stringify(left).slice(1, -1).replaceAll('\\"', '"').replaceAll(quote, `\\${quote}`) + quote,
      );
    }
  }

  /** @returns whether the template is done, so that its parts need not be visited */
  #visitTemplate(node: ts.TemplateExpression): boolean {
    const raw = [node.head, ...node.templateSpans.map(({ literal }) => literal)].map((part) => this.#rawOf(part));
    const spans = node.templateSpans.map(({ expression }) => expression.getText(this.source));
    const isGone = node.templateSpans.map(({ expression }) => this.#hasMention(expression));
    const placeholder = (i: number) => String.fromCharCode(0xe000 + i);
    const bad = isGone.map((gone, i) => (gone ? placeholder(i) : '')).join('');
    const pattern = bad === '' ? this.#names : new RegExp(`${this.#names.source}|[${bad}]`, this.#names.flags);
    const whole = raw.map((part, i) => part + (i < spans.length ? placeholder(i) : '')).join('');
    if (!pattern.test(whole)) return false;
    const left = textWithout(whole, pattern);
    if (left === undefined) {
      this.remove(node);
      return true;
    }
    const text = left.replace(/[\ue000-\uf000]/g, (char) => `\${${spans[char.charCodeAt(0) - 0xe000]}}`);
    this.#instead.set(node, `\`${text}\``);
    return true;
  }

  #rawOf(part: ts.Node): string {
    return part.getText(this.source).replace(/^[`}]|(`|\$\{)$/g, '');
  }

  #hasMention(node: ts.Node): boolean {
    if (this.#removed.has(node)) return false;
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && this.#isMention(node)) return true;
    if (ts.isStringLiteralLike(node) && this.#names.test(node.text)) return true;
    return ts.forEachChild(node, (child) => this.#hasMention(child) || undefined) ?? false;
  }

  #isRemoved(node: ts.Node): boolean {
    for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) if (this.#removed.has(at)) return true;
    return false;
  }

  #removeStatement(node: ts.Statement): void {
    const { parent } = node;
    const test = this.#isTidying ? undefined : testAround(parent);
    if (test !== undefined && !this.#isShortened(test)) {
      this.remove(test);
      return;
    }
    if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) {
      // Without this statement, the function or the branch has no purpose.
      if (ts.isBlock(parent) || ts.isCaseClause(parent)) this.#removeBody(parent);
      else this.#mark(node);
      return;
    }
    this.#mark(node);
    const { statements } = parent as ts.Block | ts.SourceFile | ts.CaseOrDefaultClause;
    const isEmpty = statements.every((statement) => this.#isRemoved(statement));
    if (isEmpty && (ts.isBlock(parent) || ts.isCaseClause(parent))) this.#removeBody(parent);
  }

  /**
   * Whether the title of a test has been shortened. Such a test is about several things, and can lose one of them.
   * Other tests need all of their steps.
   */
  #isShortened({ arguments: [title] }: ts.CallExpression): boolean {
    return title !== undefined && this.#instead.has(title);
  }

  #removeBody(body: ts.Block | ts.CaseClause): void {
    if (ts.isCaseClause(body)) this.#mark(body);
    else if (!ts.isFunctionLike(body.parent)) this.remove(body);
    else if (!ts.isConstructorDeclaration(body.parent)) this.remove(body.parent);
  }

  #removeElement(node: ts.Node, array: ts.ArrayLiteralExpression): void {
    const outer = outermost(array);
    const at = array.elements.indexOf(node as ts.Expression);
    const isCommand =
      at === 0 && array.elements.slice(1).some((element) => /^['"`]-/.test(element.getText(this.source)));
    const isRow = ts.isArrayLiteralExpression(outer.parent) && isTable(outer.parent);
    if (isRow || isCommand) {
      this.remove(outer);
      return;
    }
    this.#mark(node);
    const bound = patternOf(outer)?.elements[at];
    if (bound !== undefined) this.#mark(bound);
    if (array.elements.every((element) => this.#isRemoved(element))) this.remove(outer);
  }

  #removeProperty(node: ts.ObjectLiteralElementLike, object: ts.ObjectLiteralExpression): void {
    const outer = outermost(object);
    const isNamed = node.name !== undefined && this.#names.test(node.name.getText(this.source));
    const entry = isNamed || ts.isSpreadAssignment(node) ? undefined : entryAround(outer);
    if (entry !== undefined) {
      this.remove(entry);
      return;
    }
    this.#mark(node);
    if (object.properties.some((property) => !this.#isRemoved(property))) return;
    // An object of options that has become empty is removed.
    const isOptions = ts.isCallExpression(outer.parent) && outer.parent.arguments.at(-1) === outer;
    if (isOptions) this.#mark(outer);
    else this.remove(outer);
  }

  #removeFrom(node: ts.Node, list: readonly ts.Node[], parent: ts.Node): void {
    this.#mark(node);
    if (list.every((element) => this.#isRemoved(element))) this.remove(parent);
  }

  #mark(node: ts.Node): void {
    this.#removed.add(node);
    const isExported =
      ts.isStatement(node) &&
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    for (const name of namesDeclaredBy(node)) {
      this.#goneNames.add(name);
      if (isExported) this.goneExports.add(name.text);
    }
    if (ts.isExportSpecifier(node)) this.goneExports.add(node.name.text);
    if (ts.isExportDeclaration(node) && node.exportClause && ts.isNamedExports(node.exportClause)) {
      for (const { name } of node.exportClause.elements) this.goneExports.add(name.text);
    }
  }

  /** Removes declarations that were used before, and are no longer used. */
  #removeUnused(): void {
    this.#isTidying = true;
    for (const name of this.#used) {
      if (this.#goneNames.has(name)) continue;
      const declaration = name.parent;
      const statement = statementOf(declaration);
      if (this.#isRemoved(declaration) || this.#isExported(name, statement)) continue;
      if (this.#isUsed(name, declaration)) continue;
      if (ts.isParameter(declaration) && !this.#isLastOfCallback(declaration)) continue;
      if (ts.isBindingElement(declaration) && ts.isArrayBindingPattern(declaration.parent)) continue;
      const loop = declaration.parent?.parent;
      if (loop !== undefined && (ts.isForOfStatement(loop) || ts.isForInStatement(loop))) continue;
      if (ts.isCatchClause(declaration.parent)) continue;
      this.remove(declaration);
    }
    this.#isTidying = false;
  }

  /**
   * Whether a parameter is the last one of a callback. It can be removed, because callers may pass more arguments than
   * a callback takes.
   */
  #isLastOfCallback(parameter: ts.ParameterDeclaration): boolean {
    const { parent } = parameter;
    const isCallback = ts.isArrowFunction(parent) || ts.isFunctionExpression(parent) || ts.isMethodDeclaration(parent);
    return isCallback && parent.parameters.filter((other) => !this.#removed.has(other)).at(-1) === parameter;
  }

  #isUsed(name: ts.Identifier, declaration: ts.Node | undefined): boolean {
    const uses = this.#declarations.uses.get(name) ?? [];
    return uses.some((use) => !this.#isGone(use) && (declaration === undefined || !isWithin(use, declaration)));
  }

  /** Whether a node has been removed, or replaced by something that does not contain it. */
  #isGone(node: ts.Node): boolean {
    for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) {
      if (this.#removed.has(at)) return true;
      const instead = this.#instead.get(at);
      if (typeof instead === 'string')
        return !new RegExp(`\\b${RegExp.escape((node as ts.Identifier).text)}\\b`).test(instead);
      if (instead !== undefined && at !== node && !isWithin(node, instead)) return true;
    }
    return false;
  }

  #isExported(name: ts.Identifier, statement: ts.Node | undefined): boolean {
    if (statement === undefined || !ts.canHaveModifiers(statement)) return false;
    if (!namesDeclaredBy(statement).includes(name)) return false;
    return (ts.getModifiers(statement) ?? []).some(
      (modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword && !this.#removed.has(modifier),
    );
  }

  #hasTests(): boolean {
    if (!/\.test\.tsx?$/.test(this.source.fileName)) return false;
    const isTest = (node: ts.Node): boolean => {
      if (this.#removed.has(node)) return false;
      if (ts.isCallExpression(node) && /^(it|test)\b/.test(node.expression.getText(this.source))) return true;
      return ts.forEachChild(node, (child) => isTest(child) || undefined) ?? false;
    };
    return isTest(this.source);
  }
}

function parseJson(path: string, text: string): ts.SourceFile {
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

function isStatementList(node: ts.Node): boolean {
  return ts.isSourceFile(node) || ts.isBlock(node) || ts.isCaseOrDefaultClause(node) || ts.isModuleBlock(node);
}

/** Whether a node can be removed regardless of its siblings. */
function isAlone(node: ts.Node, parent: ts.Node): boolean {
  if (ts.isParameter(node)) return true;
  if (ts.isClassLike(parent)) return ts.isClassElement(node);
  if (ts.isJsxElement(parent)) return node !== parent.openingElement && node !== parent.closingElement;
  return ts.isCaseBlock(parent) || ts.isJsxAttributes(parent) || ts.isJsxFragment(parent);
}

/** The elements of a list that is removed when it has become empty. */
function elementsOf(list: ts.Node): readonly ts.Node[] | undefined {
  if (ts.isUnionTypeNode(list)) return list.types;
  if (ts.isInterfaceDeclaration(list) || ts.isTypeLiteralNode(list)) return list.members;
  if (ts.isVariableDeclarationList(list)) return list.declarations;
  const hasElements =
    ts.isNamedImports(list) || ts.isNamedExports(list) || ts.isObjectBindingPattern(list) || ts.isTupleTypeNode(list);
  return hasElements ? list.elements : undefined;
}

/** The outermost expression that only adds a type or parentheses to this one. */
function outermost(node: ts.Node): ts.Node {
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
function isTable({ elements }: ts.ArrayLiteralExpression): boolean {
  const lengths = elements.map((row) => (ts.isArrayLiteralExpression(row) ? row.elements.length : 0));
  return new Set(lengths).size === 1 && lengths[0] !== 1;
}

/** The entry of a list that is, or contains as a property, this object. */
function entryAround(object: ts.Node): ts.Node | undefined {
  if (ts.isArrayLiteralExpression(object.parent)) return object;
  const isProperty = ts.isPropertyAssignment(object.parent);
  return isProperty ? entryAround(outermost(object.parent.parent)) : undefined;
}

/** `const [a, b] = await Promise.all([c, d])`: the pattern of an array. */
function patternOf(array: ts.Node): ts.ArrayBindingPattern | undefined {
  let at = array.parent;
  if (ts.isCallExpression(at) && /^Promise\.all/.test(at.expression.getText())) at = at.parent;
  if (ts.isAwaitExpression(at)) at = at.parent;
  return ts.isVariableDeclaration(at) && ts.isArrayBindingPattern(at.name) ? at.name : undefined;
}

/** The value that an element of a pattern gets. */
function initialValue(element: ts.Node, pattern: ts.ArrayBindingPattern): ts.Node | undefined {
  let at: ts.Node | undefined = ts.isVariableDeclaration(pattern.parent) ? pattern.parent.initializer : undefined;
  if (at !== undefined && ts.isAwaitExpression(at)) at = at.expression;
  if (at !== undefined && ts.isCallExpression(at) && /^Promise\.all/.test(at.expression.getText())) [at] = at.arguments;
  if (at === undefined || !ts.isArrayLiteralExpression(at)) return undefined;
  return at.elements[pattern.elements.indexOf(element as ts.ArrayBindingElement)];
}

/**
 * The operand that replaces `a && b`, `a || b`, `a ?? b`, `a + b` or `a ? b : c` when one of the operands is removed.
 */
function operandBeside(node: ts.Node, parent: ts.Node): ts.Node | undefined {
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

function isVariadic(call: ts.CallExpression): boolean {
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
function testAround(block: ts.Node): ts.CallExpression | undefined {
  for (let node = block; node !== undefined && !ts.isSourceFile(node); node = node.parent) {
    if (ts.isCallExpression(node) && /^(it|test)\b/.test(node.expression.getText())) return node;
  }
  return undefined;
}

function statementOf(node: ts.Node): ts.Node | undefined {
  let at: ts.Node | undefined = node;
  while (at !== undefined && !ts.isStatement(at)) at = at.parent;
  return at;
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

function namesDeclaredBy(node: ts.Node): ts.Identifier[] {
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
