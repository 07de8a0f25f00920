/** The comparison must find what is wrong: each mutant below makes one mistake an engine could make. */
import { describe, expect, it } from 'vitest';
import { detectionsOf, lateOf } from './arrivals.js';
import { checkLate, checkSubject } from './check.js';
import { differences, shrink } from './compare.js';
import type { Arrival, OracleCorrelation, OracleDetection, OracleEpisode, Subject } from './model.js';
import { correlation, stream } from './notation.js';
import { episodesOf } from './oracle.js';

const exact: Subject = { run: (correlations, arrivals) => episodesOf(correlations, detectionsOf(arrivals)) };

/** A subject that sees other correlations. */
function seeing(change: (correlation: OracleCorrelation) => Partial<OracleCorrelation>): Subject {
  return {
    run: (correlations, arrivals) =>
      exact.run(
        correlations.map((each) => ({ ...each, ...change(each) })),
        arrivals,
      ),
  };
}

/** A subject that sees other detections; `watermark` and `newest` are as they stand when each arrives. */
function keeping(keeps: (detection: OracleDetection, watermark: number, newest: number) => boolean): Subject {
  return {
    run: (correlations, arrivals) => {
      let watermark = Number.NEGATIVE_INFINITY;
      let newest = Number.NEGATIVE_INFINITY;
      const kept = arrivals.filter((arrival) => {
        if ('advance' in arrival) watermark = arrival.advance;
        const isKept = 'advance' in arrival || keeps(arrival.detection, watermark, newest);
        if ('detection' in arrival) newest = Math.max(newest, arrival.detection.time);
        return isKept;
      });
      return exact.run(correlations, kept);
    },
  };
}

/** A subject that reads values otherwise. */
function reading(change: (value: string) => string): Subject {
  const changed = ({ rule, time, fields }: OracleDetection): OracleDetection => ({
    rule,
    time,
    fields: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, change(value)])),
  });
  const seen = (arrival: Arrival): Arrival =>
    'advance' in arrival ? arrival : { detection: changed(arrival.detection) };
  return { run: (correlations, arrivals) => exact.run(correlations, arrivals.map(seen)) };
}

/** A subject that reports otherwise. */
function reporting(change: (episode: OracleEpisode) => readonly OracleEpisode[]): Subject {
  return { run: (correlations, arrivals) => exact.run(correlations, arrivals).flatMap(change) };
}

describe('the comparison', () => {
  it('passes a subject that is right', () => {
    expect(checkSubject(exact, { pairs: 200, seed: 1 })).toEqual([]);
  });

  it.each<[string, Subject]>([
    ['has windows closed at both ends', seeing(({ timespan }) => ({ timespan: timespan + 1 }))],
    ['has windows open at both ends', seeing(({ timespan }) => ({ timespan: timespan - 1 }))],
    ['parts episodes at a gap of exactly quiet', seeing(({ quiet }) => ({ quiet: quiet - 1 }))],
    ['never cuts', seeing(() => ({ maxEpisode: Number.POSITIVE_INFINITY }))],
    ['cuts a millisecond late', seeing(({ maxEpisode }) => ({ maxEpisode: maxEpisode + 1 }))],
    ['keeps what lacks a field', seeing(() => ({ keepMissing: true }))],
    ['ignores aliases', seeing(() => ({ aliases: {} }))],
    ['takes sequences in any order', seeing(({ type }) => (type === 'temporal_ordered' ? { type: 'temporal' } : {}))],
    ['ignores what comes out of order', keeping(({ time }, _, newest) => time >= newest)],
    ['takes a detection as old as the watermark for late', keeping(({ time }, watermark) => time > watermark)],
    ['folds case', reading((value) => value.toLowerCase())],
    ['reads numbers', reading((value) => (Number.isNaN(Number(value)) ? value : String(Number(value))))],
    ['reports an episode twice', reporting((episode) => [episode, episode])],
    ['counts one too many', reporting((episode) => [{ ...episode, count: episode.count + 1 }])],
    ['forgets the group', reporting((episode) => [{ ...episode, group: [] }])],
    ['throws', { run: () => JSON.parse('{') as OracleEpisode[] }],
  ])('finds a subject that %s, and makes the case small', (_, subject) => {
    const [failure] = checkSubject(subject, { pairs: 400, seed: 2, maxFailures: 1 });
    expect(failure?.text).toContain(`seed ${failure?.seed}`);
    expect(failure?.reproduction.arrivals.length).toBeLessThanOrEqual(8);
  });

  it('says what is missing and what is too much', () => {
    const episode = { rule: 'C', group: ['x', null], start: 1, end: 2, count: 3 };
    expect(differences([episode, episode], [episode])).toEqual(['- C ["x",null] 1..2 count 3']);
    expect(differences([], [episode])).toEqual(['+ C ["x",null] 1..2 count 3']);
    expect(differences([episode], [{ ...episode }])).toEqual([]);
  });

  it('describes the case: difference, correlations, arrivals, and what should be', () => {
    const [failure] = checkSubject(
      reporting(() => []),
      { pairs: 50, seed: 3, orders: ['sorted'], maxFailures: 1 },
    );
    expect(failure?.text).toMatch(
      /order sorted[^]*\n {2}- [^]*\ncorrelations:\n {2}\{[^]*\narrivals:\n {2}\{"detection":/,
    );
    expect(failure?.text).toContain('{"advance":Infinity},');
    expect(failure?.text).toMatch(/the oracle says:\n {2}\w/);
  });

  it('shrinks to what matters', () => {
    const detections = stream('a1 a2 b3 a4 a5 a6 b7 a8 a9');
    const arrivals = [...detections.map((detection) => ({ detection })), { advance: Number.POSITIVE_INFINITY }];
    const twoOfB = (run: { arrivals: readonly Arrival[] }): boolean =>
      detectionsOf(run.arrivals).filter(({ rule }) => rule === 'b').length === 2;
    const small = shrink({ correlations: [correlation()], arrivals }, twoOfB);
    expect(detectionsOf(small.arrivals)).toEqual(stream('b3 b7'));
    expect(small.correlations).toEqual([]);
  });
});

describe('the comparison of late detections', () => {
  const inTime = keeping(({ time }, watermark) => time >= watermark);

  it.each([
    ['takes them all', exact],
    ['takes none', inTime],
    ['takes those a little late', keeping(({ time }, watermark) => time >= watermark - 5)],
  ])('passes a subject that %s', (_, subject) => {
    expect(checkLate(subject, { pairs: 300, seed: 4 })).toEqual([]);
  });

  it.each<[string, Subject]>([
    ['takes one as old as the watermark for late', keeping(({ time }, watermark) => time > watermark)],
    ['has windows closed at both ends', seeing(({ timespan }) => ({ timespan: timespan + 1 }))],
    ['loses episodes', reporting(({ count, ...rest }) => (count > 2 ? [] : [{ ...rest, count }]))],
    ['stretches episodes', reporting((episode) => [{ ...episode, end: episode.end + 1 }])],
    ['throws', { run: () => JSON.parse('{') as OracleEpisode[] }],
  ])('finds a subject that %s', (_, subject) => {
    expect(checkLate(subject, { pairs: 400, seed: 5, maxFailures: 1 })).toHaveLength(1);
  });

  it('compares the number of late detections, if it is told', () => {
    let late = 0;
    const counting = (more: number): Subject => ({
      run: (correlations, arrivals) => {
        late = lateOf(arrivals).length + more;
        return inTime.run(correlations, arrivals);
      },
      lateCount: () => late,
    });
    expect(checkLate(counting(0), { pairs: 100, seed: 6 })).toEqual([]);
    expect(checkLate(counting(1), { pairs: 100, seed: 6, maxFailures: 1 })[0]?.text).toMatch(/counted \d+ late/);
  });
});
