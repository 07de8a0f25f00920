import type { AlertDocument } from '../event/index.js';
import { alertId, SEVERITY } from './render.js';
import { iso } from './words.js';

const DAY = 86_400_000;

/**
 * The alert Sekisho raises about itself: the memory budget is used up and windows were forgotten, so attacks may go
 * unseen. One alert for each day of event time; each commit that evicts revises it.
 *
 * `evictions`: group keys forgotten since the process started; `watermark` and `now`: epoch ms.
 */
export function evictionAlert(what: {
  readonly evictions: number;
  readonly watermark: number;
  readonly now: number;
}): AlertDocument {
  const time = Number.isFinite(what.watermark) ? what.watermark : what.now;
  const id = alertId(`sekisho.eviction|${Math.floor(time / DAY)}`);
  const severity = SEVERITY.high;
  const reason = `${what.evictions} group keys were forgotten before their time because the memory budget is used up; raise \`memory\`, or narrow the rules that group by what an attacker can invent.`;
  const document = {
    '@timestamp': iso(Math.floor(time / DAY) * DAY),
    message: 'Sekisho forgot windows for lack of memory',
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
      created: iso(what.now),
      ingested: iso(what.now),
      reason,
    },
    rule: { id: 'sekisho.eviction', name: 'Sekisho forgot windows for lack of memory' },
    related: { ip: [], user: [], hosts: [] },
    sekisho: {
      alert: { state: 'ended', severity: 'high', revision: what.now, group: {}, count: what.evictions, evidence: [] },
    },
  };
  return { id, revision: what.now, severity, document };
}
