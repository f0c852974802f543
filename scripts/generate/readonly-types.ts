import ts from '@typescript/typescript6';

interface Insertion {
  readonly at: number;
  /** How many characters are replaced. */
  readonly length: number;
  readonly text: string;
}

/**
 * Declarations of types with every property, index signature, list and tuple made `readonly`, and some types renamed.
 *
 * An event is handed to every handler that wants it, so none may change it under the others' hands; and a producer may
 * still pass what can be changed. The text is edited where the parser says, so that comments and layout stay.
 */
export function readonlyTypes(source: string, names: ReadonlyMap<string, string>): string {
  const file = ts.createSourceFile('types.ts', source, ts.ScriptTarget.Latest, true);
  const insertions: Insertion[] = [];
  const insert = (at: number, text: string): void => void insertions.push({ at, length: 0, text });
  const rename = (name: ts.Node): void => {
    const replacement = ts.isIdentifier(name) ? names.get(name.text) : undefined;
    if (replacement !== undefined) insertions.push({ at: name.getStart(), length: name.getWidth(), text: replacement });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) rename(node.name);
    else if (ts.isTypeReferenceNode(node)) rename(node.typeName);
    else if (ts.isPropertySignature(node)) insert(node.name.getStart(), 'readonly ');
    else if (ts.isIndexSignatureDeclaration(node)) insert(node.getStart(), 'readonly ');
    else if (ts.isArrayTypeNode(node) || ts.isTupleTypeNode(node)) {
      const nested = ts.isArrayTypeNode(node.parent);
      insert(node.getStart(), nested ? '(readonly ' : 'readonly ');
      ts.forEachChild(node, visit);
      if (nested) insert(node.getEnd(), ')');
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return apply(source, insertions);
}

/** Insertions at one place keep their order: what is outside was visited first. */
function apply(source: string, insertions: readonly Insertion[]): string {
  let from = 0;
  const pieces: string[] = [];
  for (const { at, length, text } of insertions.toSorted((left, right) => left.at - right.at)) {
    pieces.push(source.slice(from, at), text);
    from = at + length;
  }
  return [...pieces, source.slice(from)].join('');
}
