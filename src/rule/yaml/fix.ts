/** What mends a fault of YAML: by the parser's code and what its message begins with; the first that fits counts. */
const YAML_FIXES: readonly (readonly [code: string, message: string, fix: string])[] = [
  ['TAB_AS_INDENT', '', 'indent with spaces'],
  ['BAD_INDENT', 'Flow ', 'close the bracket that was opened before'],
  ['BAD_INDENT', '', 'align the keys of one map in one column'],
  ['MULTILINE_IMPLICIT_KEY', '', 'put the key and its colon on one line; quote a value that holds `: `'],
  ['MISSING_CHAR', 'Sequence item', 'align the keys of one entry in one column, right of its `- `'],
  ['MISSING_CHAR', 'Implicit map keys', 'write a colon and a space behind the key'],
  ['MISSING_CHAR', '', 'close the quotation mark or bracket'],
  ['BAD_DQ_ESCAPE', '', "use single quotes: '\\' is an ordinary character there"],
  ['BAD_SCALAR_START', '', 'quote the value: it begins with a character YAML keeps for itself'],
  ['BLOCK_AS_IMPLICIT_KEY', 'A block sequence', 'align the dashes of one list in one column'],
  ['BLOCK_AS_IMPLICIT_KEY', '', 'quote the value if it holds `: `; else align the key below it with its own'],
  ['BLOCK_IN_FLOW', '', 'put a comma between the entries of the bracket; quote a value that holds `: `'],
  ['UNEXPECTED_TOKEN', 'Unexpected block-seq-ind', 'begin the list on the next line, or write it as [a, b]'],
  ['TAG_RESOLVE_FAILED', '', 'remove the tag (`!…`), or quote the value'],
  ['DUPLICATE_KEY', '', 'write the key once, with all that belongs to it below'],
  ['MULTIPLE_DOCS', '', 'take out the line `---` between them'],
];

/** How to mend what the YAML parser complains of: one clause, for the end of a sentence. */
export function yamlFix({ code, message }: { readonly code: string; readonly message: string }): string {
  const known = YAML_FIXES.find(([named, begins]) => named === code && message.startsWith(begins));
  return known?.[2] ?? 'mend the YAML at this place; quote values with special characters in single quotes';
}
