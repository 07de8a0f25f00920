import ts from 'typescript';
import clientsTable from './clients.json' with { type: 'json' };

/** What a room may import from other rooms: anything of `any`, and with `import type` also of `types`. */
interface Permission {
  readonly any: readonly string[];
  readonly types?: readonly string[];
}

/** DESIGN.md section 2, "The rooms". Every room may import itself; nothing outside src/ is imported. */
export const rooms: Readonly<Record<string, Permission>> = {
  event: { any: [] },
  normalise: { any: ['event'] },
  rule: { any: ['event'] },
  alert: { any: ['event'] },
  kafka: { any: ['event'] },
  input: { any: ['event', 'kafka'] },
  output: { any: ['event', 'kafka'] },
  ledger: { any: ['event', 'kafka'] },
  detect: { any: ['event', 'rule'] },
  correlate: { any: ['event'], types: ['rule'] },
  engine: {
    any: ['event', 'normalise', 'rule', 'alert', 'kafka', 'input', 'output', 'ledger', 'detect', 'correlate'],
  },
  cli: { any: ['engine', 'event'] },
  console: { any: ['engine', 'event', 'output'] },
};

/** Third-party clients and the path prefixes that may import each; eslint.config.js reads the same table. */
export const clients: Readonly<Record<string, readonly string[]>> = clientsTable;

/** One import of a source file: `line` counts from 1; `isType` if nothing of it is left at run time. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  readonly isType: boolean;
}

/**
 * Every module that `source` names: imports, re-exports, dynamic imports and import types, in order of appearance.
 * `import { type A }` counts as a value: under `verbatimModuleSyntax` the import itself stays.
 */
export function importsOf(file: string, source: string): readonly Import[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node, literal: ts.Node | undefined, isType: boolean): void => {
    if (!literal || !ts.isStringLiteralLike(literal)) return;
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
    found.push({ specifier: literal.text, line: line + 1, isType });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node))
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (isDynamicImport(node)) add(node, node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isDynamicImport(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require')
  );
}

/**
 * The breaches of the two tables in one file, each as `file:line` and a sentence that names the rooms allowed.
 * `file` is a path from the checkout's folder with forward slashes, such as `src/rule/reader.ts`.
 */
export function breachesOf(file: string, source: string): readonly string[] {
  const room = roomOf(file);
  if (room === undefined) return [`${file}:1: belongs to no room; the rooms are ${Object.keys(rooms).join(', ')}`];
  return importsOf(file, source).flatMap((one) => {
    const fault = one.specifier.startsWith('.') ? ofOurs(file, room, one) : ofClients(file, one);
    return fault === undefined ? [] : [`${file}:${one.line}: ${fault}`];
  });
}

function ofOurs(file: string, room: string, { specifier, isType }: Import): string | undefined {
  const target = resolve(file, specifier);
  const other = roomOf(target);
  if (other === undefined) return `imports ${target}, which is in no room of src/`;
  if (other === room) return undefined;
  const { any, types = [] } = rooms[room] ?? { any: [] };
  if (any.includes(other) || (isType && types.includes(other))) return undefined;
  const allowed = [...any, ...types.map((name) => `${name} (import type)`)];
  return `${room} may not import ${other} (${specifier}); it may import ${allowed.join(', ') || 'no other room'}`;
}

function ofClients(file: string, { specifier }: Import): string | undefined {
  const name = packageOf(specifier);
  const prefixes = clients[name];
  if (prefixes === undefined || prefixes.some((prefix) => file.startsWith(prefix))) return undefined;
  return `imports ${name}, which only ${prefixes.map((prefix) => `${prefix}*`).join(', ')} may`;
}

/** The package of a bare specifier: `@elastic/elasticsearch/lib/api` is of `@elastic/elasticsearch`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function roomOf(file: string): string | undefined {
  const [src, room, ...rest] = file.split('/');
  return src === 'src' && room !== undefined && rest.length > 0 && Object.hasOwn(rooms, room) ? room : undefined;
}

function resolve(file: string, specifier: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
