import ts from 'typescript-5';
import { findDeclarations } from './scopes.ts';
import {
  elementsOf,
  entryAround,
  initialValue,
  isAlone,
  isStatementList,
  isTable,
  isVariadic,
  isWithin,
  namesDeclaredBy,
  operandBeside,
  outermost,
  parseJson,
  patternOf,
  statementOf,
  testAround,
} from './syntax.ts';
import { textWithout, withoutAlternatives } from './text.ts';

/** A name that a file imports. */
interface Imported {
  readonly specifier: ts.StringLiteralLike;
  readonly name: string;
  readonly node: ts.Node;
}

/**
 * A file of TypeScript, JavaScript or JSON from which parts are removed. For each name of a part, it removes the
 * smallest enclosing piece of code that can be removed alone: an entry of a list, a property, a member, an operand or a
 * statement. It also removes declarations that only the removed code has used.
 */
export class Slice {
  readonly source: ts.SourceFile;
  readonly names: RegExp;
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
    this.names = names;
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
  imports(): readonly Imported[] {
    const found: Imported[] = [];
    this.#forEachLeft((node) => {
      if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
        const { moduleSpecifier: specifier } = node;
        const { name, namedBindings } = node.importClause ?? {};
        const named = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
        found.push(...this.#namesFrom(specifier, named));
        if (name !== undefined) found.push({ specifier, name: 'default', node });
        if (named.length === 0 && name === undefined) found.push({ specifier, name: '*', node });
      } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
        const { moduleSpecifier: specifier, exportClause } = node;
        if (exportClause === undefined || !ts.isNamedExports(exportClause)) found.push({ specifier, name: '*', node });
        else found.push(...this.#namesFrom(specifier, exportClause.elements));
      } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const [specifier] = node.arguments;
        if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
          found.push({ specifier, name: '*', node: specifier });
        }
      } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
        const { literal } = node.argument;
        if (ts.isStringLiteral(literal)) found.push({ specifier: literal, name: '*', node: literal });
      }
    });
    return found;
  }

  #namesFrom(
    specifier: ts.StringLiteral,
    elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[],
  ): readonly Imported[] {
    return elements
      .filter((node) => !this.#removed.has(node))
      .map((node) => ({ specifier, name: (node.propertyName ?? node.name).text, node }));
  }

  /** The strings that have not been removed. */
  strings(): readonly ts.StringLiteralLike[] {
    const found: ts.StringLiteralLike[] = [];
    this.#forEachLeft((node) => {
      if (ts.isStringLiteralLike(node)) found.push(node);
    });
    return found;
  }

  /** Visits the nodes that have not been removed. */
  #forEachLeft(visit: (node: ts.Node) => void): void {
    const visitAll = (node: ts.Node): void => {
      if (this.#removed.has(node)) return;
      visit(node);
      node.forEachChild(visitAll);
    };
    visitAll(this.source);
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
    // Includes a comment at the end of the node's line.
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
    } else if ((ts.isRegularExpressionLiteral(node) || ts.isJsxText(node)) && this.names.test(node.text)) {
      const left = withoutAlternatives(node.text, this.names);
      if (left === undefined) this.remove(node);
      else this.#instead.set(node, left);
    }
    node.forEachChild((child) => {
      // A visit may have replaced the node with one of its parts. The next round visits that part; the rest is gone.
      if (!this.#instead.has(node)) this.#visit(child);
    });
  }

  #isMention(node: ts.Identifier | ts.PrivateIdentifier): boolean {
    if (this.names.test(node.text)) return true;
    const declaration = ts.isIdentifier(node) ? this.#declarations.declarationOf(node) : undefined;
    return declaration !== undefined && this.#goneNames.has(declaration);
  }

  #visitText(node: ts.StringLiteralLike): void {
    if (!this.names.test(node.text)) return;
    const isImport = ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent);
    const isProse = /\s/.test(node.text.trim());
    const left = isImport ? undefined : (isProse ? textWithout : withoutAlternatives)(node.text, this.names);
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
    const pattern = bad === '' ? this.names : new RegExp(`${this.names.source}|[${bad}]`, this.names.flags);
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
    if (ts.isStringLiteralLike(node) && this.names.test(node.text)) return true;
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
    const isNamed = node.name !== undefined && this.names.test(node.name.getText(this.source));
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
      if (ts.isParameter(declaration) && !this.#isLastOfCallback(declaration)) {
        this.#removeWithArguments(declaration);
        continue;
      }
      if (ts.isBindingElement(declaration) && ts.isArrayBindingPattern(declaration.parent)) {
        if (declaration.dotDotDotToken) this.#mark(declaration);
        continue;
      }
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

  /** Removes a parameter of a function that only this file calls, and its arguments. */
  #removeWithArguments(parameter: ts.ParameterDeclaration): void {
    const { parent } = parameter;
    if (!ts.isFunctionDeclaration(parent) || parent.name === undefined || this.#isExported(parent.name, parent)) return;
    const at = parent.parameters.indexOf(parameter);
    const calls = (this.#declarations.uses.get(parent.name) ?? []).map((use) => use.parent);
    const isPlain = (call: ts.Node): call is ts.CallExpression =>
      ts.isCallExpression(call) && !call.arguments.slice(0, at).some(ts.isSpreadElement);
    if (!calls.every(isPlain)) return;
    this.#mark(parameter);
    for (const call of calls) {
      const argument = call.arguments[at];
      if (argument !== undefined) this.#mark(argument);
    }
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
