/** The checks of `rules lint`, by the names under which a rule may ignore them. */
export const LINT_CHECKS = [
  'unused',
  'impossible',
  'idle',
  'broad',
  'field',
  'logsource',
  'value',
  'group-by',
  'tags',
  'metadata',
] as const;

/** One of `LINT_CHECKS`. */
export type LintCheck = (typeof LINT_CHECKS)[number];
