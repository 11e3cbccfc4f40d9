import ts from 'typescript-5';

export function parse(source: string): ts.SourceFile {
  return ts.createSourceFile('code.ts', source, ts.ScriptTarget.Latest, true);
}

/** Calls back for a node and all nodes in it. */
export function forEachNode(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => forEachNode(child, visit));
}

/** Whether a node is a name or a text. */
export function isWord(node: ts.Node): node is ts.Node & { readonly text: string } {
  return (
    ts.isIdentifier(node) ||
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddle(node) ||
    ts.isTemplateTail(node)
  );
}
