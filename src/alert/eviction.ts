import type { AlertDocument } from '../event/index.js';
import { ownAlert } from './own.js';

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
  const { evictions, watermark, now } = what;
  const time = Number.isFinite(watermark) ? watermark : now;
  const day = Math.floor(time / DAY);
  return ownAlert({
    rule: 'sekisho.eviction',
    title: 'Sekisho forgot windows for lack of memory',
    key: String(day),
    reason: `${evictions} group keys were forgotten before their time because the memory budget is used up; raise \`memory\`, or narrow the rules that group by what an attacker can invent.`,
    ...{ opened: day * DAY, time, now, group: {}, count: evictions },
  });
}
