import type { Detection } from './detection.js';
import type { Evidence, Subject } from './entities.js';
import { EvidenceRef } from './evidence.js';
import { type EvidenceForm, PackedEvidence, readSubject } from './evidence-forms.js';
import { KeyedGroup, type Group } from './group.js';

/**
 * The detections of one batch, in order, as two blocks of memory that cross a thread without a copy (both buffers may
 * be transferred) and cost little to read, to hold and to drop.
 */
export interface PackedDetections {
  /** All texts, one after the other: ASCII, or UTF-16 where there is anything else. */
  readonly texts: Uint8Array<ArrayBuffer>;
  /** Counts of evidence and groups, then the rows of evidence, of groups and of detections. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Identities of the sources that the evidence is of. */
  readonly sources: readonly string[];
}

/** time, source, offset, sub, others, text's place, length of the subject in it. */
const EVIDENCE_ROW = 8;
/** Number of values, key's place. */
const GROUP_ROW = 3;
/** correlation, role, group, time, evidence, value's place. */
const DETECTION_ROW = 7;

/**
 * Packs detections whose evidence is of events. Detections of one event should stand together: they then share their
 * evidence and groups. Linear in the texts.
 */
export function packDetections(detections: readonly Detection[]): PackedDetections {
  const packer = new Packer();
  for (const detection of detections) packer.add(detection);
  return packer.pack();
}

/** Reads packed detections. They hold on to the texts until their evidence is kept. */
export function unpackDetections(packed: PackedDetections): Detection[] {
  const { numbers } = packed;
  const block = new Block(packed);
  const evidence: EvidenceRef[] = [];
  const groups: Group[] = [];
  let at = 2;
  for (let i = numbers[0] as number; i > 0; i--, at += EVIDENCE_ROW) {
    evidence.push(EvidenceRef.ofRow(block, at));
  }
  for (let i = numbers[1] as number; i > 0; i--, at += GROUP_ROW) {
    groups.push(new KeyedGroup(block.read(at + 1) ?? '', numbers[at] as number));
  }
  const detections: Detection[] = [];
  for (; at < numbers.length; at += DETECTION_ROW) {
    detections.push({
      correlation: numbers[at] as number,
      role: numbers[at + 1] as number,
      group: groups[numbers[at + 2] as number] as Group,
      time: numbers[at + 3] as number,
      value: block.read(at + 5),
      evidence: evidence[numbers[at + 4] as number] as EvidenceRef,
    });
  }
  return detections;
}

/** Where texts are gathered before their size is known; grows, is never given away. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

class Packer {
  readonly #evidence: number[] = [];
  readonly #groups: number[] = [];
  readonly #detections: number[] = [];
  readonly #sources: string[] = [];
  #used = 0;
  /** Of the event at hand. */
  #last: EvidenceRef | undefined;
  #lastGroups: Group[] = [];

  add({ correlation, role, group, time, value, evidence }: Detection): void {
    if (evidence !== this.#last) this.#addEvidence(evidence);
    const before = this.#groups.length / GROUP_ROW - this.#lastGroups.length;
    let nth = this.#lastGroups.indexOf(group);
    if (nth < 0) {
      nth = this.#lastGroups.push(group) - 1;
      this.#groups.push(group.values.length);
      this.#write(group.key, this.#groups);
    }
    this.#detections.push(correlation, role, before + nth, time, this.#evidence.length / EVIDENCE_ROW - 1);
    this.#write(value, this.#detections);
  }

  pack(): PackedDetections {
    const counts = [this.#evidence.length / EVIDENCE_ROW, this.#groups.length / GROUP_ROW];
    return {
      texts: new Uint8Array(scratch.subarray(0, this.#used)),
      numbers: Float64Array.from(counts.concat(this.#evidence, this.#groups, this.#detections)),
      sources: this.#sources,
    };
  }

  #addEvidence(evidence: EvidenceRef): void {
    const packed = evidence.pack();
    let source = this.#sources.indexOf(packed.source);
    if (source < 0) source = this.#sources.push(packed.source) - 1;
    this.#evidence.push(packed.time, source, packed.offset, packed.sub, packed.others);
    this.#write(packed.text, this.#evidence);
    this.#evidence.push(packed.subjectEnd);
    this.#last = evidence;
    this.#lastGroups = [];
  }

  /** Writes a text and appends its place to a row: first byte and length, negative in UTF-16. No text: 0 and NaN. */
  #write(text: string | undefined, row: number[]): void {
    if (text === undefined) {
      row.push(0, NaN);
      return;
    }
    const most = this.#used + text.length * 3;
    if (most > scratch.length) scratch = Buffer.concat([scratch], most * 2);
    const bytes = scratch.write(text, this.#used, 'utf8');
    const isAscii = bytes === text.length;
    row.push(this.#used, isAscii ? bytes : -scratch.write(text, this.#used, 'utf16le'));
    this.#used += isAscii ? bytes : text.length * 2;
  }
}

/** What was packed, as evidence is read out of it: a row's number is where it begins. */
class Block implements EvidenceForm {
  readonly #numbers: Float64Array;
  readonly #sources: readonly string[];
  readonly #bytes: Buffer;

  constructor({ texts, numbers, sources }: PackedDetections) {
    this.#bytes = Buffer.from(texts.buffer, texts.byteOffset, texts.byteLength);
    this.#numbers = numbers;
    this.#sources = sources;
  }

  /** The text whose place stands at `at`, or its first `length` units. A copy. */
  read(at: number, length = Infinity): string | undefined {
    const from = this.#numbers[at] as number;
    const bytes = this.#numbers[at + 1] as number;
    if (bytes >= 0) return this.#bytes.toString('latin1', from, from + Math.min(bytes, length));
    if (bytes < 0) return this.#bytes.toString('utf16le', from, from + Math.min(-bytes, length * 2));
    return undefined;
  }

  kept(row: number): PackedEvidence {
    const numbers = this.#numbers;
    return new PackedEvidence(
      numbers[row] as number,
      this.#sources[numbers[row + 1] as number] as string,
      numbers[row + 2] as number,
      numbers[row + 3] as number,
      numbers[row + 4] as number,
      this.read(row + 5) as string,
    );
  }

  evidence(row: number): Evidence {
    return this.kept(row).evidence();
  }

  subject(row: number): Subject {
    return readSubject(this.subjectText(row));
  }

  subjectText(row: number): string {
    return this.read(row + 5, this.#numbers[row + 7]) as string;
  }
}
