import type { JoinKind, OpenJoin } from './join-rules.js';

const OPENS = /<Event[ >]/g;
const CLOSE = '</Event>';
/** What stands before the first event of a file: `<?xml …?>`, `<Events>`. */
const PROLOGUE = /^\s{0,64}(?:<\?xml |<Events[ >])/;
const EVENT = /^\s{0,64}<Event[ >]/;
/** How lines of other logs begin: behind an event that was cut off they are not part of it. */
const OTHERS =
  /^(?:\{|<\d{1,3}>|\d{4}[-/]\d\d[-/]\d\d[ T]\d|(?:[A-Z][a-z]{2} ){1,2}[ \d]\d \d\d:|\d{1,3}(?:\.\d{1,3}){3} |type=[A-Z])/;

/** Whether the last event that begins in the line ends in it too. */
function ends(line: string): boolean {
  const close = line.lastIndexOf(CLOSE);
  if (close < 0) return false;
  OPENS.lastIndex = close;
  return !OPENS.test(line);
}

/**
 * An event of Windows in XML over several lines, with what stands before the first one. Whatever stands in an event has its
 * `<` escaped, so no line of a message ends it. Source: Microsoft, "Event Schema" and `wevtutil`.
 */
const windowsEvent: JoinKind = {
  continues: (open, line) => {
    if (isBefore(open)) return EVENT.test(line) || PROLOGUE.test(line);
    return !EVENT.test(line) && !PROLOGUE.test(line) && !OTHERS.test(line.slice(0, 40));
  },
  isWhole: ({ lines }) => ends(lines[lines.length - 1] as string),
};

/** Whether no event has begun yet. */
function isBefore({ lines }: OpenJoin): boolean {
  return lines.every((line) => PROLOGUE.test(line) && line.search(OPENS) < 0);
}

/** How a line that may begin with a tag goes on; undefined: not as an event of Windows. */
export function windowsKind(line: string): JoinKind | undefined {
  const head = line.slice(0, 128);
  return (EVENT.test(head) || PROLOGUE.test(head)) && !ends(line) ? windowsEvent : undefined;
}

const BRACE = /^[ \t]{0,64}\{$/;

/**
 * A document of JSON that is laid out over lines, from a brace that stands alone to its own: `journalctl -o json-pretty`, `jq`,
 * exports of cloud services. All lines between are further in than the braces.
 */
const prettyJson: JoinKind = {
  continues: ({ lines }, line) => {
    const indent = (lines[0] as string).length - 1;
    if (!line.startsWith((lines[0] as string).slice(0, indent))) return false;
    const code = line.charCodeAt(indent);
    return code === 32 || code === 9 || isEnd(line, indent);
  },
  isWhole: ({ lines }) => lines.length > 1 && isEnd(lines[lines.length - 1] as string, (lines[0] as string).length - 1),
  merge: (lines) => lines.join('\n').replace(/,$/, ''),
};

function isEnd(line: string, indent: number): boolean {
  return line.charCodeAt(indent) === 125 && (line.length === indent + 1 || line.slice(indent + 1) === ',');
}

/** How a brace that stands alone goes on. */
export function prettyKind(line: string): JoinKind | undefined {
  return line.length <= 65 && BRACE.test(line) ? prettyJson : undefined;
}
