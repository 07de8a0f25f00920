import { decimalIn, find, matches, numberIn, pastDigits, word } from '../../../text/codes.js';
import type { Line } from '../../../line.js';

/** What stands before a record's pairs. */
export interface AuditHead {
  /** The type as written, `UNKNOWN` where none is. */
  readonly named: string;
  readonly node: string | undefined;
  /** `EPOCH:SEQUENCE`. */
  readonly id: string;
  /** Epoch ms. */
  readonly time: number;
  readonly sequence: number;
  /** How many characters it has. */
  readonly length: number;
}

const HEAD =
  /^(?:node=([^ ]{1,255}) )?(?:audit: )?(?:type=([A-Z0-9_[\]]{1,64}) )?(?:msg=)?audit\((\d{1,12}(?:\.\d{1,9})?):(\d{1,15})\):? ?/;

/** Whether an audit record begins a text. */
export function isAuditRecord(text: string): boolean {
  return HEAD.test(text.slice(0, 400));
}

/** The head of a record at the beginning of a text; undefined where none stands there. */
export function headOf(text: string): AuditHead | undefined {
  const found = HEAD.exec(text.slice(0, 400));
  if (found === null) return undefined;
  const [whole, node, named = 'UNKNOWN', epoch = '', sequence = ''] = found;
  const time = Math.floor(Number(epoch) * 1000);
  return { named, node, id: `${epoch}:${sequence}`, time, sequence: Number(sequence), length: whole.length };
}

const POINT = 46;
const COLON = 58;
const TYPE = word('type=');
const AUDIT = word(' msg=audit(');
const CLOSED = word('): ');
const LONGEST_TYPE = 64;
const LONGEST_EPOCH = 12;
const LONGEST_TIME = 22;

/** As `headOf` of a text whose bytes begin at `offset`, for `type=SYSCALL msg=audit(1795415944.123:101): `; undefined for any other form. */
export function usualHead(text: string, line: Line, offset: number): AuditHead | undefined {
  const { bytes, length } = line.codes;
  const start = offset + TYPE.length;
  let end = start;
  while (end < length && isTypeCode(bytes[end] as number)) end++;
  if (!matches(bytes, TYPE, offset, length) || !matches(bytes, AUDIT, end, length)) return undefined;
  const epoch = end + AUDIT.length;
  const colon = find(bytes, COLON, epoch, Math.min(length, epoch + LONGEST_TIME));
  const close = pastDigits(bytes, colon + 1, length);
  const isLong = end - start > LONGEST_TYPE || find(bytes, POINT, epoch, colon) - epoch > LONGEST_EPOCH;
  const seconds = isLong ? undefined : decimalIn(bytes, epoch, colon);
  const sequence = numberIn(bytes, colon + 1, close);
  if (end === start || bytes[colon] !== COLON || !matches(bytes, CLOSED, close, length)) return undefined;
  if (seconds === undefined || sequence === undefined) return undefined;
  return {
    named: line.programs.of(text, bytes, start, end, offset),
    node: undefined,
    id: text.slice(epoch - offset, close - offset),
    time: Math.floor(seconds * 1000),
    sequence,
    length: close + CLOSED.length - offset,
  };
}

function isTypeCode(code: number): boolean {
  return (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57);
}
