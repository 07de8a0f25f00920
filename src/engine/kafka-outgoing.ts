import type { Detection } from '../event/index.js';
import type { PartitionMessage } from '../kafka/index.js';
import type { Correlation } from '../rule/types.js';
import { DetectionCodec, encodeLevelMarker, encodeMarker, type LevelMarker, type Marker } from './kafka-detection.js';
import type { Stamp } from './taken-marks.js';

/** Records on their way to the detections topic, in order; each detection in the partition of its group. */
export class Outgoing {
  /** Characters of what waits, roughly its bytes. */
  size = 0;
  #codec: DetectionCodec;
  readonly #partitions: number;
  #messages: PartitionMessage[] = [];

  constructor(correlations: readonly Correlation[], partitions: number) {
    this.#codec = new DetectionCodec(correlations);
    this.#partitions = partitions;
  }

  /** Goes on with other rules; what waits stays as it is. */
  replaceRules(correlations: readonly Correlation[]): void {
    this.#codec = new DetectionCodec(correlations);
  }

  /** Adds the detections of one event, numbered as `Stamp` says whatever partitions they go to; leaves them sorted. */
  event(detections: Detection[], place: Pick<Stamp, 'source' | 'offset' | 'sub'>): void {
    this.#codec.sort(detections);
    let nth = 0;
    let before: Detection | undefined;
    for (const detection of detections) {
      nth = before?.correlation === detection.correlation && before.role === detection.role ? nth + 1 : 0;
      before = detection;
      this.detection(detection, { ...place, nth });
    }
  }

  /** Adds a detection. */
  detection(detection: Detection, stamp: Stamp): void {
    const key = this.#codec.key(detection);
    const value = this.#codec.encode(detection, stamp);
    this.size += value.length;
    this.#messages.push({ key, value, partition: DetectionCodec.partition(key, this.#partitions) });
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
    const messages = this.#messages;
    this.#messages = [];
    this.size = 0;
    return messages;
  }

  #everywhere(value: string): void {
    for (let partition = 0; partition < this.#partitions; partition++) {
      this.#messages.push({ key: null, value, partition });
      this.size += value.length;
    }
  }
}
