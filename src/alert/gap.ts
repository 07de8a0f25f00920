import type { AlertDocument } from '../event/index.js';
import { ownAlert } from './own.js';

/** Records gone before they were read: offsets `from` (included) to `to` (not included) of a topic's partition. */
export interface UnreadGap {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  /** `expired`: deleted unread. `recreated`: the topic was made anew, so how many of the old one went unread is unknown. */
  readonly reason: 'expired' | 'recreated';
}

/**
 * The alert Sekisho raises about itself: records were gone before it read them, so attacks in them went unseen. Its count
 * is the offsets of the gap, at most so many records; 0 where it can't be known. `now`: wall clock, epoch ms, which is
 * its time too, for the records' own is gone with them. Found again (a commit in between was lost) it revises the same
 * alert.
 */
export function gapAlert({ topic, partition, from, to, reason }: UnreadGap, now: number): AlertDocument {
  const place = `${topic}[${partition}]`;
  return ownAlert({
    rule: 'sekisho.gap',
    title: 'Sekisho could not read records that were deleted before it came to them',
    key: `${place}|${from}|${reason}`,
    reason:
      reason === 'expired'
        ? `${place}: the records from offset ${from} to ${to - 1} (at most ${to - from}) were deleted unread, by retention or by hand; raise the topic's retention, or add members.`
        : `${place}: the topic was made anew while offset ${from} of the old one was the next to be read; what the old one had from there on is gone, and the new one is read from offset ${to}.`,
    group: { topic, partition: String(partition), from: String(from), to: String(to) },
    count: reason === 'expired' ? to - from : 0,
    ...{ opened: now, time: now, now },
  });
}
