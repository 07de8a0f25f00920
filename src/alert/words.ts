import type { Episode } from '../event/index.js';
import { cutText, printable } from '../event/index.js';
import type { AlertSubject } from './subject.js';

const UNITS: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
];

/** A span as Sigma writes it: `5m`, `24h` (a whole number of the largest unit that divides it), else milliseconds. */
export function spanText(ms: number): string {
  const unit = UNITS.find(([size]) => ms >= size && ms % size === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[0]}${unit[1]}`;
}

/** `source.ip 203.0.113.9, user.name -`: the group as people read it; empty for a correlation without group-by. */
export function groupText(subject: AlertSubject, episode: Episode): string {
  return subject.groupBy.map((name, i) => `${name} ${shown(episode.group.values[i] ?? '-')}`).join(', ');
}

/** The short, stable title of an alert: the rule and what it is about. The same for every revision. */
export function messageOf(subject: AlertSubject, episode: Episode): string {
  const group = groupText(subject, episode);
  return group === '' ? shown(subject.meta.title) : `${shown(subject.meta.title)}: ${group}`;
}

/** One or two sentences: why this is an alert, with the numbers of this revision. */
export function reasonOf(subject: AlertSubject, episode: Episode): string {
  const span = `${iso(episode.start)} to ${iso(episode.end)}`;
  return `${REASONS[subject.type]?.(subject, episode) ?? plain(subject, episode)} (${span}).`;
}

const REASONS: Readonly<Record<string, (subject: AlertSubject, episode: Episode) => string>> = {
  value_count: (s, e) =>
    `${e.distinct ?? 0} or more different values of ${s.valueFields.join(', ')} within ${spanText(s.timespan)}, ${e.count} events in all`,
  temporal: (s, e) => `${stages(s, e, ', ')} within ${spanText(s.timespan)}`,
  temporal_ordered: (s, e) => `${stages(s, e, ', then ')} within ${spanText(s.timespan)}`,
};

/** The bound of correlations that only gather: saying it would explain nothing. */
const ANY_EVENT = '≥ 1';

function plain(subject: AlertSubject, episode: Episode): string {
  const events = `${episode.count} matching event${episode.count === 1 ? '' : 's'}`;
  if (subject.implicit || subject.threshold === undefined || subject.threshold === ANY_EVENT) return events;
  return `${events}; the rule asks for ${subject.threshold} within ${spanText(subject.timespan)}`;
}

function stages(subject: AlertSubject, episode: Episode, link: string): string {
  return episode.stages
    .map((stage) => `${shown(subject.refTitles[stage.role] ?? '?')} (${iso(stage.first)}, ${stage.count}×)`)
    .join(link);
}

/** ISO 8601 in UTC with milliseconds; the far ends of time are cut to what a Date can hold. */
export function iso(time: number): string {
  return new Date(Math.max(-8.64e15, Math.min(8.64e15, time))).toISOString();
}

/** A text of an attacker's choice made fit for a title: no control or bidirectional characters, 256 characters at most. */
export function shown(text: string): string {
  return cutText(printable(text), 256);
}
