import type { Fields } from '../../event/index.js';
import type { Line, TextFormat } from '../line.js';
import { isDigit } from '../text/scan.js';

/**
 * A line of no known format: all of it is the message, so that keyword rules see it; `event.dataset` is `unknown`. A date
 * at its very beginning is its time. Accepts every text.
 */
export const plain: TextFormat = {
  reads: 'text',
  name: 'plain',
  aliases: ['unknown', 'text', 'raw'],
  dataset: 'unknown',
  sniff: () => true,
  parse: (text, line) => plainFields(text, line, 'unknown'),
};

/** The event of a line nobody understood; `dataset` says what it was told to be. */
export function plainFields(text: string, line: Line, dataset: string): Fields {
  const start = text.charCodeAt(0) === 91 ? 1 : 0;
  if (isDigit(text.charCodeAt(start))) line.time = line.clock.iso(text, start);
  const dot = dataset.indexOf('.');
  return {
    'event.kind': 'event',
    'event.module': dot > 0 ? dataset.slice(0, dot) : undefined,
    'event.dataset': dataset,
    'event.original': line.original,
    message: text,
    'host.name': line.hostName,
  };
}
