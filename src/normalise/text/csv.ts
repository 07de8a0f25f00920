/**
 * The values of one line of comma-separated values (RFC 4180): quoted ones may hold commas, line ends and doubled quotes.
 * At most `limit` values; undefined where a quote is never closed or text stands behind one. Linear.
 */
export function splitCsv(line: string, limit: number): string[] | undefined {
  const values: string[] = [];
  let at = 0;
  while (at <= line.length && values.length < limit) {
    const end = line.charCodeAt(at) === 34 ? quotedEnd(line, at + 1) : bareEnd(line, at);
    if (end < 0) return undefined;
    const isQuoted = line.charCodeAt(at) === 34;
    values.push(isQuoted ? line.slice(at + 1, end - 1).replaceAll('""', '"') : line.slice(at, end));
    if (end < line.length && line.charCodeAt(end) !== 44) return undefined;
    at = end + 1;
  }
  return values;
}

function bareEnd(line: string, at: number): number {
  const comma = line.indexOf(',', at);
  return comma < 0 ? line.length : comma;
}

/** Index behind the quote that closes the value whose text begins at `start`, or -1. */
function quotedEnd(line: string, start: number): number {
  let at = line.indexOf('"', start);
  while (at >= 0 && line.charCodeAt(at + 1) === 34) at = line.indexOf('"', at + 2);
  return at < 0 ? -1 : at + 1;
}
