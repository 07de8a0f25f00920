import type { EcsEvent, FormatDescription } from '../../event/index.js';
import { createNormaliser } from '../../normalise/normaliser.js';
import type { RuleProblem } from '../../rule/types.js';
import type { DescribedFormat } from '../config/format-files.js';

/** Ordinary lines of formats that are built in, and one of none. */
const ORDINARY = [
  '192.0.2.7 - - [11/Mar/2026:20:00:00 +0000] "GET /index.html HTTP/1.1" 200 612 "-" "curl/8.5"',
  'Mar 11 20:00:00 web-1 sshd[812]: Failed password for root from 192.0.2.7 port 40022 ssh2',
  '2026-03-11T20:00:00+00:00 web-1 sshd[812]: Accepted publickey for ann from 192.0.2.7 port 40022 ssh2',
  'type=LOGIN msg=audit(1773259200.000:91): pid=812 uid=0 old-auid=4294967295 auid=1000 res=1',
  'the printer in the hall is out of paper',
];

/**
 * A warning where a described format reads ordinary lines of other formats: it is tried before the built-in ones, so it
 * would take their lines away, and nothing of its own would show as a misfit. undefined: it takes none of those known here.
 */
export function broadFormat({ description, place }: DescribedFormat): RuleProblem | undefined {
  const taken = ORDINARY.find((line) => takes(description, line));
  if (taken === undefined) return undefined;
  return {
    ...place,
    code: 'format.broad',
    severity: 'warning',
    path: 'pattern',
    reason: `the pattern fits lines of other formats too, such as \`${taken}\`, and is tried before the built-in ones`,
    fix: 'write text that stands in every line of yours, or kinds: {source.ip:ip}, {:int}, {:word}',
  };
}

function takes(description: FormatDescription, text: string): boolean {
  const settings = { timezone: 'UTC', host: 'test-host', formats: [description] };
  const record = { text, offset: 0, receiveTime: Date.UTC(2026, 2, 11, 21), bytes: undefined };
  const events: EcsEvent[] = [];
  createNormaliser({ derive: new Set() }).normalise({ id: 'test', label: 'test', settings }, record, events);
  return events.some(({ fields }) => fields['event.dataset'] === description.name);
}
