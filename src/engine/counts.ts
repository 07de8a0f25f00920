/** What one pipeline counted since it was made. */
export interface PipelineCounts {
  records: number;
  events: number;
  /** Events that matched at least one rule. */
  matched: number;
  detections: number;
  /** Events of lines that no format understood, or not the one their input names. */
  unparsed: number;
  /** Events older than was asked for (`--since`): not matched. */
  older: number;
  /** Records that became dead letters, by code. */
  readonly failures: Map<string, number>;
}

/** Counts of a pipeline that has seen nothing. */
export function noCounts(): PipelineCounts {
  return { records: 0, events: 0, matched: 0, detections: 0, unparsed: 0, older: 0, failures: new Map() };
}
