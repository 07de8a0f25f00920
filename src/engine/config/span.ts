import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `5m`, `24h`, `250ms` → milliseconds; undefined where it isn't a span. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)$/u.exec(text.trim());
  return match === null ? undefined : Math.round(Number(match[1]) * (UNIT_MS[match[2] as string] as number));
}

/** The longest span that a configuration may name: 100 years. */
const LONGEST_MS = 100 * 365 * 86_400_000;

/** A span of time in a configuration: a text with a unit, of 100 years at most, which becomes milliseconds. */
export const span = z
  .string({ error: 'a span of time needs its unit; write 500ms, 30s, 5m, 24h or 7d' })
  .transform((text, context) => {
    const ms = parseSpan(text);
    if (ms !== undefined && ms <= LONGEST_MS) return ms;
    if (ms !== undefined) context.addIssue(`'${text}' is longer than 100 years; write a shorter span`);
    else context.addIssue(`'${text}' is not a span of time; write a number and a unit: 500ms, 30s, 5m, 24h, 7d`);
    return z.NEVER;
  });
