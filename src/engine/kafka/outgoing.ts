import type { Detection, EvidenceRef } from '../../event/index.js';
import type { PartitionMessage } from '../../kafka/index.js';
import type { Correlation } from '../../rule/types.js';
import { DetectionCodec, encodeLevelMarker, encodeMarker, type LevelMarker, type Marker } from './detection.js';
import { type EvidenceText, evidenceText, type Sheaf } from './sheaf.js';
import type { Stamp } from './taken-marks.js';

/**
 * Records on their way to the detections topic, in order; each detection in the partition of its group, as many as fit
 * in one record.
 */
export class Outgoing {
  readonly #partitions: number;
  #codec: DetectionCodec;
  #messages: PartitionMessage[] = [];
  /** By partition: the record that is being filled. */
  readonly #open: (Sheaf | undefined)[];
  /** Of the records that are full. */
  #size = 0;
  /** The evidence made last: all detections of an event share one. */
  #evidence: EvidenceText | undefined;

  constructor(correlations: readonly Correlation[], partitions: number) {
    this.#codec = new DetectionCodec(correlations);
    this.#partitions = partitions;
    this.#open = new Array<Sheaf | undefined>(partitions).fill(undefined);
  }

  /** Characters of what waits, roughly its bytes. */
  get size(): number {
    let size = this.#size;
    for (const sheaf of this.#open) size += sheaf?.size ?? 0;
    return size;
  }

  /** Goes on with other rules; what waits stays as it is. */
  replaceRules(correlations: readonly Correlation[]): void {
    this.#closeAll();
    this.#codec = new DetectionCodec(correlations);
  }

  /** Adds the detections of one event, numbered as `Stamp` says whatever partitions they go to; leaves them sorted. */
  event(detections: Detection[], { source, offset, sub }: Pick<Stamp, 'source' | 'offset' | 'sub'>): void {
    this.#codec.sort(detections);
    let nth = 0;
    let before: Detection | undefined;
    for (const detection of detections) {
      nth = before?.correlation === detection.correlation && before.role === detection.role ? nth + 1 : 0;
      before = detection;
      this.detection(detection, { source, offset, sub, nth });
    }
  }

  /** Adds a detection. */
  detection(detection: Detection, stamp: Stamp): void {
    const partition = this.#codec.partitionOf(detection, this.#partitions);
    const evidence = this.#textOf(detection.evidence);
    const sheaf = (this.#open[partition] ??= this.#codec.sheaf());
    if (sheaf.add(detection, stamp, evidence)) return;
    this.#close(partition);
    (this.#open[partition] = this.#codec.sheaf()).add(detection, stamp, evidence);
  }

  /** Adds a marker, once for each partition. */
  marker(marker: Marker): void {
    this.#everywhere(encodeMarker(marker));
  }

  /** Adds a level marker, once for each partition. */
  levelMarker(marker: LevelMarker): void {
    this.#everywhere(encodeLevelMarker(marker));
  }

  /** All that waits, which then waits no more. */
  take(): readonly PartitionMessage[] {
    this.#closeAll();
    const messages = this.#messages;
    this.#messages = [];
    this.#size = 0;
    this.#evidence = undefined;
    return messages;
  }

  #textOf(evidence: EvidenceRef): EvidenceText {
    if (this.#evidence?.of !== evidence) this.#evidence = evidenceText(evidence, this.#evidence);
    return this.#evidence;
  }

  #everywhere(value: string): void {
    this.#closeAll();
    for (let partition = 0; partition < this.#partitions; partition++) this.#push(partition, value);
  }

  #closeAll(): void {
    for (let partition = 0; partition < this.#partitions; partition++) this.#close(partition);
  }

  #close(partition: number): void {
    const sheaf = this.#open[partition];
    if (sheaf === undefined) return;
    this.#open[partition] = undefined;
    this.#push(partition, sheaf.toString());
  }

  #push(partition: number, value: string): void {
    this.#messages.push({ key: null, value, partition });
    this.#size += value.length;
  }
}
