const KEY = /^sekisho:[ \t]*$/mu;

/**
 * A rule file's text with the rule tests blanked out, line for line, so that places in it stay where they are.
 *
 * Tests are most of the text of a well-kept rule, and matching logs needs none of them: a scan or a run then reads a good part
 * less YAML. Only the block form (`sekisho:` at the margin, `tests:` indented below it) is blanked; other forms
 * are left to the parser. One pass.
 */
export function withoutTests(text: string): string {
  if (!KEY.test(text)) return text;
  let inOptions = false;
  let depth = -1;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.search(/\S/u);
      if (indent < 0) return line;
      if (indent === 0) inOptions = KEY.test(line);
      if (depth >= 0 && (indent > depth || (indent === depth && line.startsWith('- ', indent)))) return '';
      depth = -1;
      if (!inOptions || indent === 0 || !/^[ ]+tests:[ \t]*$/u.test(line)) return line;
      depth = indent;
      return `${line} []`;
    })
    .join('\n');
}
