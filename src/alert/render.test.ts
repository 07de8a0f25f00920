import { describe, expect, it } from 'vitest';
import type { Entities, Episode, Evidence } from '../event/index.js';
import { alertId, renderAlert } from './render.js';
import type { AlertSubject } from './subject.js';

const subject: AlertSubject = {
  meta: {
    id: 'rule-1',
    uuid: undefined,
    name: 'brute',
    title: 'Many failed log-ins',
    description: undefined,
    level: 'high',
    status: 'stable',
    tags: ['attack.credential_access', 'attack.t1110.001'],
    author: 'A, B',
    license: 'Apache-2.0',
    references: ['https://example.org/1'],
    falsePositives: [],
    ruleset: 'auth',
    version: undefined,
    custom: { team: 'blue\u001b', sla: { hours: 4, steps: ['page', null] } },
    file: 'r.yml',
    line: 1,
  },
  type: 'event_count',
  implicit: false,
  groupBy: ['source.ip'],
  timespan: 300_000,
  threshold: '≥ 10',
  valueFields: [],
  refTitles: ['Failed log-in'],
  refIds: ['base'],
  refTags: [[]],
};

const none = { ips: [], users: [], hosts: [], more: false };
const evidence = (n: number, original = `line ${n}`, entities: Entities = {}): Evidence => ({
  time: 1_000_000 + n,
  position: `file:1@${n}`,
  original,
  entities,
});

function episode(parts: Partial<Episode> = {}): Episode {
  return {
    correlation: 0,
    group: { key: '192.0.2.1', values: ['192.0.2.1'] },
    key: 'rule-1|192.0.2.1|file:1@0',
    revision: 3,
    state: 'active',
    openedAt: 1_000_000,
    created: 2_000_000,
    start: 1_000_000,
    end: 1_060_000,
    count: 12,
    distinct: undefined,
    entities: { ...none, ips: ['192.0.2.1'], users: ['root', 'admin'] },
    stages: [],
    evidence: [evidence(1)],
    mergedInto: undefined,
    previous: undefined,
    ...parts,
  };
}

type Json = { readonly [key: string]: Json } & { readonly evidence: readonly { readonly original: string }[] };
const render = (parts?: Partial<Episode>, of = subject): Json =>
  renderAlert(episode(parts), of).document as unknown as Json;

describe('renderAlert', () => {
  it('writes the ECS fields of DESIGN.md section 7', () => {
    const alert = renderAlert(episode(), subject);
    expect(alert).toMatchObject({ id: alertId('rule-1|192.0.2.1|file:1@0'), revision: 3, severity: 73 });
    expect(alert.document).toMatchObject({
      '@timestamp': '1970-01-01T00:16:40.000Z',
      message: 'Many failed log-ins: source.ip 192.0.2.1',
      event: { kind: 'alert', module: 'sekisho', dataset: 'sekisho.alert', severity: 73, risk_score: 73, id: alert.id },
      rule: { id: 'rule-1', name: 'Many failed log-ins', author: 'A, B', license: 'Apache-2.0', ruleset: 'auth' },
      source: { ip: '192.0.2.1' },
      related: { ip: ['192.0.2.1'], user: ['root', 'admin'] },
      threat: { tactic: { id: ['TA0006'] }, technique: { id: ['T1110'], subtechnique: { id: ['T1110.001'] } } },
      sekisho: {
        rule: { team: 'blue\ufffd', sla: { hours: 4, steps: ['page', null] } },
        alert: { state: 'active', count: 12, group: { 'source.ip': '192.0.2.1' }, threshold: '≥ 10' },
      },
    });
  });

  it('keeps id, message and @timestamp over revisions', () => {
    const first = renderAlert(episode(), subject);
    const later = renderAlert(
      episode({ revision: 9, count: 500, start: 900_000, end: 9_000_000, state: 'ended' }),
      subject,
    );
    expect(later.id).toBe(first.id);
    expect(later.document['message']).toBe(first.document['message']);
    expect(later.document['@timestamp']).toBe(first.document['@timestamp']);
  });

  it('clears what people are shown of escapes and bidirectional marks, and keeps the evidence as it came', () => {
    const nasty = 'x\u001b[31m\u202ey\r\nforged';
    const alert = render({
      group: { key: nasty, values: [nasty] },
      evidence: [evidence(1, nasty, { 'user.name': nasty })],
      entities: { ...none, users: [nasty] },
    });
    expect(alert['sekisho']?.['alert']?.evidence[0]?.original).toBe(nasty);
    const shown = JSON.stringify([alert['message'], alert['event'], alert['user'], alert['related'], alert['source']]);
    expect(shown).not.toMatch(/\\u001b|\\r|\\n|\u202e/u);
  });

  it('holds at most 50 lines and 64 KiB of evidence, first and last kept', () => {
    const many = Array.from({ length: 80 }, (_, n) => evidence(n, `${n}:${'x'.repeat(2000)}`));
    const kept = render({ evidence: many })['sekisho']?.['alert']?.evidence ?? [];
    expect(kept.length).toBeLessThanOrEqual(50);
    expect(kept.reduce((sum, item) => sum + item.original.length, 0)).toBeLessThanOrEqual(65_536);
    expect(kept[0]?.original).toMatch(/^0:/u);
    expect(kept.at(-1)?.original).toMatch(/^79:/u);
  });

  it('names the stages of a chain in order with their accounts', () => {
    const stage = (role: number, user: string) => ({
      role,
      first: 1,
      last: 2,
      count: 3,
      entities: { ...none, users: [user] },
    });
    const chain = {
      ...subject,
      type: 'temporal_ordered',
      groupBy: [],
      refTitles: ['Scan', 'Fall'],
      refIds: ['s', 'f'],
    };
    const alert = render({ group: { key: '', values: [] }, stages: [stage(0, 'a'), stage(1, 'b')] }, chain);
    expect(alert['sekisho']?.['alert']?.['stages']).toMatchObject([
      { rule: 's', name: 'Scan', user: ['a'] },
      { rule: 'f', name: 'Fall', user: ['b'] },
    ]);
    expect(alert['message']).toBe('Many failed log-ins');
    expect(alert['event']?.['reason']).toMatch(/^Scan .*, then Fall /u);
  });
});
