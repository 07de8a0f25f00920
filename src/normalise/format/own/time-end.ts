import type { FormatDescription } from '../../../event/index.js';
import type { Line } from '../../line.js';
import { offsetNamed } from '../../time/zone-name.js';
import type { TimeEnd } from './pattern.js';

/** The most pieces that a time of a usual form has between spaces: `Wed, 26 Nov 2026 10:11:12 +0000 (UTC)`. */
const PIECES = 7;
const QUOTED = /'([^']*)'/g;
const ZONE = /^(?:[+-]\d\d:?\d\d|[A-Z]{3,5})$/;

/**
 * Where the times of a described format end: the text behind one may occur in it (`2026-11-24 10:11:12 INFO`). A form told
 * says how often; of other times the first text that is one ends there, a zone behind it taken along.
 */
export function timeEndOf({ time }: FormatDescription, line: Pick<Line, 'clock' | 'receiveTime'>): TimeEnd {
  if (time === undefined) return (text, start, ends) => usualEnd(text, start, ends, line);
  const plain = time.replace(QUOTED, '$1');
  return (text, start, ends) => {
    let end = text.indexOf(ends, start);
    for (let more = plain.split(ends).length - 1; more > 0 && end >= 0; more--) end = next(text, end, ends);
    return end;
  };
}

function usualEnd(text: string, start: number, ends: string, line: Pick<Line, 'clock' | 'receiveTime'>): number {
  let end = text.indexOf(ends, start);
  for (let piece = 1; piece <= PIECES && end >= 0; piece++) {
    if (!Number.isNaN(line.clock.any(text.slice(start, end), line.receiveTime))) return withZone(text, end, ends);
    end = next(text, end, ends);
  }
  return -1;
}

function withZone(text: string, end: number, ends: string): number {
  if (ends !== ' ') return end;
  const after = next(text, end, ends);
  const zone = after < 0 ? '' : text.slice(end + 1, after);
  return ZONE.test(zone) && offsetNamed(zone) !== undefined ? after : end;
}

function next(text: string, end: number, ends: string): number {
  return text.indexOf(ends, end + ends.length);
}
