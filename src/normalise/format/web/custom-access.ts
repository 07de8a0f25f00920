import type { Fields } from '../../../event/index.js';
import { eventFields } from '../../capture.js';
import type { Line } from '../../line.js';
import type { AccessServer } from './access-more.js';
import { scannerOf } from './log-format.js';

/** An access line by the format string of the input's settings; undefined where none is told or the line is not of it. */
export function parseCustom(text: string, line: Line, server: AccessServer): Fields | undefined {
  const scanner = line.pattern === undefined ? undefined : scannerOf(line.pattern);
  if (scanner === undefined) return undefined;
  const fields = eventFields(line, server.dataset, text, { category: ['web'], type: ['access'] });
  return scanner(text, fields, line) ? fields : undefined;
}
