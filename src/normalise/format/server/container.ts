import type { Fields } from '../../../event/index.js';
import type { Line, TextFormat } from '../../line.js';
import { isDigit } from '../../text/scan.js';

const HEAD = /^(\S{20,40}) (stdout|stderr) ([FP])(?::\S{1,16})? /;

/**
 * A container's line as Kubernetes' runtimes write it: `TIME stdout F the raw line` (F: full, P: a part). What stands
 * behind is the log. Source: Kubernetes, CRI log format (kubelet, logs.go).
 */
export const container: TextFormat = {
  reads: 'text',
  name: 'cri',
  aliases: ['container', 'containerd', 'cri-o'],
  dataset: 'unknown',
  sniff: (text) => isDigit(text.charCodeAt(0)) && text.charCodeAt(10) === 84 && text.slice(19, 49).includes(' std'),
  parse,
};

function parse(text: string, line: Line): Fields | undefined {
  const found = HEAD.exec(text.slice(0, 80));
  const time = found === null ? Number.NaN : line.clock.iso(text, 0);
  if (found === null || Number.isNaN(time)) return undefined;
  line.original = text.slice(found[0].length);
  line.inner = {
    text: line.original,
    hints: [],
    time,
    host: undefined,
    fields: { stream: found[2], logtag: found[3] },
  };
  return undefined;
}
