import type { AlertDocument } from '../event/index.js';
import { printable } from '../event/index.js';
import type { StoryOptions } from './story.js';
import { wrap } from './text.js';
import { Clock } from './when.js';

interface Told {
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly description?: string;
    readonly author?: string;
    readonly reference?: string;
  };
  readonly sekisho: {
    readonly alert: {
      readonly count: number;
      readonly evidence: readonly { readonly time: string; readonly position: string; readonly original: string }[];
    };
  };
}

/** What follows an alert's story when it is shown alone: its rule, and the lines it rests on. */
export function evidenceLines(alert: AlertDocument, { paint, zone, columns }: StoryOptions): readonly string[] {
  const { rule, sekisho } = alert.document as unknown as Told;
  const clock = new Clock(zone);
  const { evidence, count } = sekisho.alert;
  const about = { id: alert.id, rule: `${rule.name} (${rule.id})`, author: rule.author, reference: rule.reference };
  return [
    ...Object.entries(about).flatMap(([name, text]) =>
      text === undefined ? [] : [`${paint('dim', `${name}:`)} ${printable(text)}`],
    ),
    ...(rule.description === undefined ? [] : ['', ...wrap(rule.description.trim().replaceAll('\n', ' '), columns)]),
    '',
    paint('bold', evidence.length === count ? 'Lines' : `Lines (the first and last, ${evidence.length} in all)`),
    ...evidence.map((one) => `${paint('dim', clock.moment(one.time))}  ${printable(one.original)}`),
  ];
}
