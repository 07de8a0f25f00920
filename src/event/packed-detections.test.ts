import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ENTITY_FIELDS,
  EvidenceRef,
  KeyedGroup,
  joinTexts,
  packDetections,
  readSubject,
  splitTexts,
  unpackDetections,
  type Detection,
  type EcsEvent,
  type Entities,
  type Evidence,
  type FieldValue,
} from './index.js';

/** Texts that try what could go wrong: separators, other alphabets, half surrogate pairs, more than a cache line. */
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('\0', ',', 'n', 'l', 'i', 'e', 'a'), maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('x', 'é', 'λ', '關', '\ud800', '\udc00', '😀'), maxLength: 30 }),
);
const value: fc.Arbitrary<FieldValue> = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.integer(), fc.boolean());
const event: fc.Arbitrary<EcsEvent> = fc.record({
  fields: fc.dictionary(fc.constantFrom(...ENTITY_FIELDS, 'event.original'), value, { maxKeys: 8 }),
  time: fc.integer({ min: -1e12, max: 2e12 }),
  source: fc.constantFrom('a', 'b').map((id) => ({ id, label: id, settings: { timezone: 'UTC' } })),
  offset: fc.nat(2 ** 40),
  sub: fc.nat(2),
  receiveTime: fc.constant(0),
  movesWatermark: fc.constant(true),
});

/** What evidence of an event says, written the plain way. */
function plainEvidence({ fields, time, source, offset, sub }: EcsEvent): Evidence {
  const shown = (one: FieldValue): string => (typeof one === 'string' ? one : JSON.stringify(one)).slice(0, 256);
  const entities: { -readonly [K in keyof Entities]: Entities[K] } = {};
  for (const field of ENTITY_FIELDS) {
    const own = fields[field];
    if (own === undefined || own === null) continue;
    entities[field] = Array.isArray(own) ? own.map(shown) : shown(own);
  }
  const original = fields['event.original'];
  const position = `${source.id}@${offset}${sub === 0 ? '' : `.${sub}`}`;
  return { time, position, original: typeof original === 'string' ? original : '', entities };
}

/** Detections as their events tell them: two correlations that share a group, one with a group and a value of its own. */
function detectionsOf(one: EcsEvent, [first, second]: readonly [string, string]): Detection[] {
  const evidence = EvidenceRef.ofEvent(one);
  const group = new KeyedGroup(joinTexts([first]), 1);
  const pair = new KeyedGroup(joinTexts([first, null, second]), 3);
  const common = { time: one.time, evidence, value: undefined };
  return [
    { ...common, correlation: 0, role: 0, group },
    { ...common, correlation: 7, role: 2, group: pair, value: second },
    { ...common, correlation: 9, role: 1, group },
    { ...common, correlation: 9, role: 1, group: new KeyedGroup('', 0), time: one.time + 1 },
  ];
}

const told = ({ group, evidence, ...rest }: Detection): unknown => ({
  ...rest,
  group: { key: group.key, values: group.values },
  evidence: evidence.resolve(),
  subject: evidence.subject(),
  read: readSubject(evidence.subjectText()),
});

describe('evidence', () => {
  it('says the same of an event at hand, kept, and packed', () => {
    fc.assert(
      fc.property(event, (one) => {
        const expected = plainEvidence(one);
        const kept = EvidenceRef.ofEvent(one);
        const subject = kept.subjectText();
        kept.keep();
        expect(EvidenceRef.ofEvent(one).resolve()).toEqual(expected);
        expect(kept.resolve()).toEqual(expected);
        expect(kept.subjectText()).toBe(subject);
        expect([kept.subjectText(subject), kept.subjectText(`${subject}x`)]).toEqual([subject, subject]);
        expect(readSubject(EvidenceRef.of(expected).subjectText())).toEqual(readSubject(subject));
      }),
    );
  });

  it('is cut', () => {
    const long = 'x'.repeat(5000);
    const fields = { 'event.original': long, 'user.name': long, 'event.type': Array.from({ length: 40 }, () => long) };
    const source = { id: 'a', label: 'a', settings: { timezone: 'UTC' } };
    const whole: EcsEvent = { fields, time: 0, source, offset: 0, sub: 0, receiveTime: 0, movesWatermark: true };
    const { original, entities } = EvidenceRef.ofEvent(whole).resolve();
    expect(original).toHaveLength(2048);
    expect(entities['user.name']).toHaveLength(256);
    expect(entities['event.type']).toEqual(Array.from({ length: 16 }, () => 'x'.repeat(256)));
  });
});

describe('packed detections', () => {
  it('come out as they went in', () => {
    const batch = fc.array(fc.tuple(event, fc.tuple(text, text)), { maxLength: 6 });
    fc.assert(
      fc.property(batch, (events) => {
        const detections = events.flatMap(([one, names]) => detectionsOf(one, names));
        const packed = structuredClone(packDetections(detections));
        expect(unpackDetections(packed).map(told)).toEqual(detections.map(told));
      }),
    );
  });

  it('share the evidence and groups of an event', () => {
    const [one] = fc.sample(event, 1) as [EcsEvent];
    const [a, b, c] = unpackDetections(packDetections(detectionsOf(one, ['192.0.2.1', 'root'])));
    expect(a?.group).toBe(c?.group);
    expect(a?.evidence).toBe(b?.evidence);
  });

  it('refuses evidence that was read back', () => {
    const evidence = EvidenceRef.of({ time: 0, position: 'a@0', original: '', entities: {} });
    const detection = { correlation: 0, role: 0, group: new KeyedGroup('', 0), time: 0, value: undefined, evidence };
    expect(() => packDetections([detection])).toThrow('not packed again');
  });
});

describe('joined texts', () => {
  it('come apart as they were', () => {
    const values = fc.array(fc.oneof(text, fc.constant(null), fc.array(text)), { minLength: 1 });
    fc.assert(
      fc.property(values, (all) => {
        expect(splitTexts(joinTexts(all))).toEqual(all);
      }),
    );
  });
});
