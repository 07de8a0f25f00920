import type { EcsEvent, FormatDescription } from '../../event/index.js';
import { whyNot } from '../../normalise/format/own/why-not.js';
import { createNormaliser } from '../../normalise/normaliser.js';
import { isAlike } from './alike.js';
import type { DescribedFormat, FormatTest } from '../config/format-files.js';

/** What became of one test of a described format; no failures: it passed. */
export interface FormatTestResult {
  readonly format: string;
  readonly test: FormatTest;
  readonly failures: readonly string[];
}

/** Lines of tests count as received then: it settles years that they leave out. */
const RECEIVED = Date.UTC(2026, 11, 31, 23, 59, 59);

/** Runs the tests of described formats through the normaliser; times are read in UTC. Fields not named may be anything. */
export function runFormatTests(formats: readonly DescribedFormat[]): readonly FormatTestResult[] {
  return formats.flatMap(({ description, tests }) =>
    tests.map((test) => {
      const settings = { timezone: 'UTC', host: 'test-host', type: description.name, formats: [description] };
      const source = { id: 'test', label: 'test', settings };
      const events: EcsEvent[] = [];
      const record = { text: test.line, offset: 0, receiveTime: RECEIVED, bytes: undefined };
      const normaliser = createNormaliser({ derive: new Set() });
      const dead = normaliser.normalise(source, record, events);
      const failures =
        dead === undefined ? checked(description, test, events[0]) : [`dead letter: ${dead.failure.message}`];
      return { format: description.name, test, failures };
    }),
  );
}

function checked(
  description: FormatDescription,
  { line, event: expected }: FormatTest,
  event: EcsEvent | undefined,
): readonly string[] {
  const fields = event?.fields ?? {};
  const { tags } = fields;
  const isRead = !(Array.isArray(tags) && tags.includes('sekisho.unparsed'));
  if (expected === null) return isRead ? ['the line is read, and must not be'] : [];
  const why = isRead ? undefined : whyNot(description, line, RECEIVED);
  if (!isRead) return [`the line is not of this format${why === undefined ? '' : `: ${why}`}`];
  return Object.entries(expected).flatMap(([field, value]) => {
    const got = field === '@timestamp' ? new Date(event?.time ?? Number.NaN).toISOString() : fields[field];
    if (isAlike(got, value)) return [];
    return [`${field}: expected ${JSON.stringify(value)}, got ${JSON.stringify(got) ?? 'nothing'}`];
  });
}
