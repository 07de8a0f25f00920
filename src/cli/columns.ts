import { createRequire } from 'node:module';
import type CliTable from 'cli-table3';
import { fit, textWidth } from './text.js';

const NONE = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' } as const;
const BARE = {
  ...NONE,
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/** Nothing where there are no rows; else rows under a head without lines between them; the last column is cut so that each row fits into `columns` (Infinity: nothing is cut). */
export function columnsTable(head: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  if (rows.length === 0) return '';
  const last = head.length - 1;
  const widths = head.map((name, i) => Math.max(textWidth(name), ...rows.map((row) => textWidth(row[i] ?? ''))));
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(20, columns - before);
  // Loaded only where a table is shown: declaring the commands must stay quick.
  const Table = createRequire(import.meta.url)('cli-table3') as typeof CliTable;
  const table = new Table({ chars: BARE, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  table.push([...head], ...rows.map((row) => row.map((cell, i) => fit(cell, i === last ? room : (widths[i] ?? 20)))));
  return `${table.toString().replace(/ +$/gmu, '')}\n`;
}
