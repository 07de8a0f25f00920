import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOut, type StickyMember } from './assigner.js';

const fresh = (...ids: string[]): StickyMember[] => ids.map((memberId) => ({ memberId, owned: {} }));
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const together = ['detections', 'state'];

describe('sharing out partitions', () => {
  it('keeps partitions of one number together', () => {
    const shares = shareOut(fresh('a', 'b'), { detections: range(4), state: range(4) }, together);
    expect(shares.get('a')).toEqual(shares.get('a'));
    for (const { detections, state } of [...shares.values()]) expect(detections).toEqual(state);
    expect([...shares.values()].flatMap(({ detections }) => [...(detections ?? [])]).sort()).toEqual(range(4));
  });

  it('moves only what a new member gets, and only what a lost one had', () => {
    const partitions = { raw: range(6) };
    const two = shareOut(fresh('a', 'b'), partitions, []);
    const members = ['a', 'b', 'c'].map((memberId) => ({ memberId, owned: two.get(memberId) ?? {} }));
    const three = shareOut(members, partitions, []);
    for (const id of ['a', 'b'])
      expect(two.get(id)?.['raw']).toEqual(expect.arrayContaining([...(three.get(id)?.['raw'] ?? [])]));
    const left = ['a', 'b'].map((memberId) => ({ memberId, owned: three.get(memberId) ?? {} }));
    const again = shareOut(left, partitions, []);
    for (const id of ['a', 'b'])
      expect(again.get(id)?.['raw']).toEqual(expect.arrayContaining([...(three.get(id)?.['raw'] ?? [])]));
  });

  it('gives every partition to exactly one member, evenly, whatever members claim', () => {
    const claim = fc.record({ raw: fc.array(fc.integer({ min: 0, max: 12 })) });
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 12 }), (claims, count) => {
        const members = claims.map((owned, i) => ({ memberId: `m${i}`, owned: owned }));
        const shares = [...shareOut(members, { raw: range(count) }, []).values()].map(({ raw }) => raw ?? []);
        expect(shares.flat().sort((a, b) => a - b)).toEqual(range(count));
        const sizes = shares.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
