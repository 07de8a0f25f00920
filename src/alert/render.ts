import { hash } from 'node:crypto';
import type {
  AlertDocument,
  Entities,
  EntityField,
  Episode,
  EpisodeStage,
  Evidence,
  FieldValue,
  Level,
} from '../event/index.js';
import { ENTITY_FIELDS } from '../event/index.js';
import { threatOf } from './attack.js';
import { takenAccounts } from './accounts.js';
import type { AlertSubject } from './subject.js';
import { iso, messageOf, reasonOf, shown, spanText } from './words.js';

/** ECS `event.severity` of each level, on Elastic's scale of 0 to 100 with the steps DESIGN.md section 7 names. */
export const SEVERITY: Readonly<Record<Level, number>> = {
  informational: 1,
  low: 21,
  medium: 47,
  high: 73,
  critical: 99,
};

const EVIDENCE_MAX = 50;
const EVIDENCE_TOTAL = 65_536;
const VALUES_MAX = 20;

type Tree = { [key: string]: FieldValue };

/** The alert id of an episode: fixed at opening, the same on every replay of the same input. */
export function alertId(episodeKey: string): string {
  return hash('sha256', episodeKey).slice(0, 40);
}

/**
 * Writes one revision of an episode as an alert document (DESIGN.md section 7).
 *
 * Pure: the same episode gives the same document. Every string people are shown is free of control, escape and
 * bidirectional characters; `evidence[].original` keeps its text. At most 50 lines and 64 KiB of evidence.
 */
export function renderAlert(episode: Episode, subject: AlertSubject): AlertDocument {
  const id = alertId(episode.key);
  const severity = SEVERITY[subject.meta.level];
  const evidence = boundedEvidence(episode.evidence);
  const document: Tree = {
    '@timestamp': iso(episode.openedAt),
    message: messageOf(subject, episode),
    event: eventPart(id, severity, episode, subject, evidence),
    rule: rulePart(subject),
    related: {
      ip: episode.entities.ips.map(shown),
      user: episode.entities.users.map(shown),
      hosts: episode.entities.hosts.map(shown),
    },
    sekisho: {
      alert: alertPart(episode, subject, evidence),
      ...(subject.meta.custom !== undefined && { rule: customPart(subject.meta.custom) }),
    },
  };
  const threat = threatOf(subject.meta.tags);
  if (threat !== undefined) document['threat'] = threat;
  addEntities(document, episode, subject, evidence);
  return { id, revision: episode.revision, severity, document };
}

function eventPart(
  id: string,
  severity: number,
  episode: Episode,
  subject: AlertSubject,
  evidence: readonly Evidence[],
): Tree {
  const seen = (field: EntityField): string[] => distinct(evidence, field);
  const action = seen('event.action');
  const outcome = seen('event.outcome');
  return {
    kind: 'alert',
    category: seen('event.category'),
    type: seen('event.type'),
    ...(action.length === 1 && { action: action[0] as string }),
    ...(outcome.length === 1 && { outcome: outcome[0] as string }),
    module: 'sekisho',
    dataset: 'sekisho.alert',
    id,
    severity,
    risk_score: severity,
    start: iso(episode.start),
    end: iso(episode.end),
    created: iso(episode.created),
    ingested: iso(episode.created),
    reason: reasonOf(subject, episode),
  };
}

/** The rule's custom attributes, fit to be shown. */
function customPart(value: FieldValue): FieldValue {
  if (typeof value === 'string') return shown(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(customPart);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [shown(key), customPart(one)]));
}

function isList(value: object): value is readonly FieldValue[] {
  return Array.isArray(value);
}

function rulePart(subject: AlertSubject): Tree {
  const { meta } = subject;
  const part: Tree = { id: meta.id, name: shown(meta.title) };
  const optional = {
    uuid: meta.uuid,
    description: meta.description,
    author: meta.author,
    license: meta.license,
    reference: meta.references[0],
    ruleset: meta.ruleset,
    version: meta.version,
  };
  for (const [key, value] of Object.entries(optional)) if (value !== undefined) part[key] = value;
  return part;
}

function alertPart(episode: Episode, subject: AlertSubject, evidence: readonly Evidence[]): Tree {
  const group: Tree = {};
  const accounts = takenAccounts(episode, subject);
  subject.groupBy.forEach((name, i) => {
    group[name] = episode.group.values[i] ?? null;
  });
  return {
    state: episode.state,
    severity: subject.meta.level,
    revision: episode.revision,
    correlation: subject.implicit ? 'rule' : subject.type,
    group,
    count: episode.count,
    timespan: spanText(subject.timespan),
    ...(subject.threshold !== undefined && !subject.implicit && { threshold: subject.threshold }),
    ...(episode.distinct !== undefined && { distinct: episode.distinct }),
    window: { start: iso(episode.start - (subject.implicit ? 0 : subject.timespan)), end: iso(episode.end) },
    ...(episode.stages.length > 0 && { stages: episode.stages.map((stage) => stagePart(stage, subject)) }),
    ...(accounts.length > 0 && { accounts: accounts.map(shown) }),
    ...(episode.mergedInto !== undefined && { merged_into: alertId(episode.mergedInto) }),
    ...(episode.previous !== undefined && { previous: alertId(episode.previous) }),
    ...(episode.entities.more && { more_entities: true }),
    lines: evidence.map((item) => shown(item.original)).join('\n'),
    evidence: evidence.map((item) => ({
      position: item.position,
      id: hash('sha256', item.position).slice(0, 20),
      time: iso(item.time),
      original: item.original,
    })),
  };
}

function stagePart(stage: EpisodeStage, subject: AlertSubject): Tree {
  return {
    rule: subject.refIds[stage.role] ?? '?',
    name: shown(subject.refTitles[stage.role] ?? '?'),
    start: iso(stage.first),
    end: iso(stage.last),
    count: stage.count,
    ip: stage.entities.ips.map(shown),
    user: stage.entities.users.map(shown),
    hosts: stage.entities.hosts.map(shown),
  };
}

/** First and last lines win: middle ones are dropped until number and size fit. */
function boundedEvidence(all: readonly Evidence[]): readonly Evidence[] {
  const kept =
    all.length <= EVIDENCE_MAX ? [...all] : [...all.slice(0, EVIDENCE_MAX / 2), ...all.slice(-EVIDENCE_MAX / 2)];
  let size = kept.reduce((sum, item) => sum + Buffer.byteLength(item.original), 0);
  while (size > EVIDENCE_TOTAL && kept.length > 1) {
    const [dropped] = kept.splice(kept.length >> 1, 1);
    size -= Buffer.byteLength(dropped?.original ?? '');
  }
  return kept;
}

/** Fields written elsewhere in the document, or only of use inside it. */
const NOT_SHOWN: ReadonlySet<string> = new Set(ENTITY_FIELDS.filter((field) => field.startsWith('event.')));

/** Puts source.*, user.*, host.*, url.*, … where ECS has them: one value plain, several as an array. */
function addEntities(document: Tree, episode: Episode, subject: AlertSubject, evidence: readonly Evidence[]): void {
  for (const field of ENTITY_FIELDS) {
    if (NOT_SHOWN.has(field)) continue;
    const grouped = subject.groupBy.indexOf(field);
    const value = grouped >= 0 ? episode.group.values[grouped] : undefined;
    const values = value === undefined || value === null ? distinct(evidence, field) : [shown(value)];
    if (values.length > 0) setPath(document, field, values.length === 1 ? (values[0] as string) : values);
  }
}

function distinct(evidence: readonly Evidence[], field: keyof Entities): string[] {
  const values = new Set<string>();
  for (const item of evidence) {
    const value = item.entities[field];
    if (value === undefined) continue;
    for (const one of typeof value === 'string' ? [value] : value) if (values.size < VALUES_MAX) values.add(shown(one));
  }
  return [...values];
}

function setPath(tree: Tree, path: string, value: FieldValue): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let node = tree;
  for (const key of keys) node = (node[key] ??= {}) as Tree;
  node[last] = value;
}
