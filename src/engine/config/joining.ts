import { z } from 'zod';
import { compileRegex } from '../../rule/regex/regex.js';
import { span } from './span.js';
import { MAX_LINES, TIMEOUT } from '../joining.js';

const pattern = z.string().superRefine((text, context) => {
  const compiled = compileRegex(text, '');
  if (compiled.kind === 'fault') context.addIssue(`${compiled.reason}; ${compiled.fix}`);
});

/** An input's `multiline`: which lines of its files are one record. */
export const multilineSchema = z.union([
  z.enum(['auto', 'none', 'indent']),
  z.strictObject({
    start: pattern.optional(),
    'max-lines': z.number().int().min(2).max(10_000).default(MAX_LINES),
    timeout: span.refine((ms) => ms <= 30_000, { error: 'not longer than 30s' }).default(TIMEOUT),
  }),
]);

/** A valid `multiline`. */
export type Multiline = z.output<typeof multilineSchema>;
