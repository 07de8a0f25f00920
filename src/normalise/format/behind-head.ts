import type { Fields } from '../../event/index.js';
import { fill, fillPairs } from '../fields.js';
import { readHead } from '../head/head.js';
import type { Line } from '../line.js';

/**
 * A format's parser that also reads its lines behind a syslog head, for inputs whose type is told: undetected, such lines
 * are syslog first. The head's time holds where the line has none of its own. `rest` reads what `parse` does not know behind
 * a head.
 */
export function behindHead(
  parse: (text: string, line: Line) => Fields | undefined,
  rest: (line: Line) => Fields | undefined = () => undefined,
): (text: string, line: Line) => Fields | undefined {
  return (text, line) => {
    const own = parse(text, line);
    if (own !== undefined) return own;
    line.reset();
    if (!readHead(text, line)) return undefined;
    const { time, message, headFields, elements } = line;
    const fields = parse(message, line) ?? rest(line);
    if (fields === undefined) return undefined;
    if (Number.isNaN(line.time)) line.time = time;
    return fillPairs(fill(fields, headFields), elements);
  };
}
