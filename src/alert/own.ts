import type { AlertDocument } from '../event/index.js';
import { alertId, SEVERITY } from './render.js';
import { iso } from './words.js';

/** What Sekisho tells of itself; times are epoch ms. */
export interface OwnMatter {
  /** `rule.id`. */
  readonly rule: string;
  readonly title: string;
  /** What makes it one alert with an earlier one of the same rule. */
  readonly key: string;
  readonly opened: number;
  readonly time: number;
  readonly now: number;
  readonly reason: string;
  readonly group: Readonly<Record<string, string>>;
  readonly count: number;
}

/** An alert that no rule of the operator makes: severity high, ended at once, revised by telling it again later. */
export function ownAlert({ rule, title, key, opened, time, now, reason, group, count }: OwnMatter): AlertDocument {
  const id = alertId(`${rule}|${key}`);
  const severity = SEVERITY.high;
  const document = {
    '@timestamp': iso(opened),
    message: title,
    event: {
      kind: 'alert',
      category: ['host'],
      type: ['info'],
      module: 'sekisho',
      dataset: 'sekisho.alert',
      id,
      severity,
      risk_score: severity,
      start: iso(time),
      end: iso(time),
      created: iso(now),
      ingested: iso(now),
      reason,
    },
    rule: { id: rule, name: title },
    related: { ip: [], user: [], hosts: [] },
    sekisho: { alert: { state: 'ended', severity: 'high', revision: now, group, count, evidence: [] } },
  };
  return { id, revision: now, severity, document };
}
