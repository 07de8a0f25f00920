import type { Fields } from '../../event/index.js';
import type { Format, Line, TextFormat } from '../line.js';
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

/** The event of a line that is not of the formats told. */
export function unparsedFields(text: string, line: Line, told: readonly Format[] | undefined): Fields {
  line.reset();
  line.tag('sekisho.unparsed');
  const format = told?.find(({ reads }) => reads === 'text') ?? told?.[0];
  return plainFields(text, line, format?.dataset ?? 'unknown');
}

/** The event of a record that a fault of ours kept from being read: keyword rules see it, and whoever reads it can report it. */
export function faultFields(line: Line, error: unknown): Fields {
  line.repeat = 1;
  return {
    'event.kind': 'event',
    'event.dataset': 'unknown',
    'event.original': line.original,
    message: line.original,
    'host.name': line.hostName,
    'error.message': error instanceof Error ? error.message : String(error),
    'error.stack_trace': error instanceof Error ? error.stack : undefined,
    tags: ['sekisho.unparsed', 'sekisho.fault'],
  };
}
