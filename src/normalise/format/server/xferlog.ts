import type { Fields } from '../../../event/index.js';
import { address, eventFields, number, readShape, scaled, text, type Setter } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { table } from '../../lookup.js';

const DATASET = 'ftp.xferlog';
const TIME = String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}`;
const TAIL = String.raw`[ab] [CUT_]{1,3} ([oid]) ([agr]) ([^ ]{1,256}) ([^ ]{1,64}) [01] [^ ]{1,256} ([ci])$`;

/** What was done to the file, by the direction: out, in, deleted. */
const DONE = table<readonly [action: string, type: string]>({
  o: ['download', 'access'],
  i: ['upload', 'creation'],
  d: ['delete', 'deletion'],
});

const direction: Setter = (fields, value) => {
  const [action, type] = DONE[value] ?? [];
  fields['event.action'] = action;
  if (type !== undefined) fields['event.type'] = [type];
};

const completion: Setter = (fields, value) => {
  fields['event.outcome'] = value === 'c' ? 'success' : 'failure';
};

const SHAPES = [
  {
    pattern: new RegExp(String.raw`^${TIME} (\d{1,9}) ([^ ]{1,255}) (\d{1,15}) ([^ ]{1,4096}) ${TAIL}`),
    to: [
      scaled('event.duration', 1e9),
      address('source', true),
      number('file.size'),
      text('file.path'),
      direction,
      text('ftp.xferlog.access_mode'),
      text('user.name'),
      text('ftp.xferlog.service'),
      completion,
    ],
  },
];

const SNIFFED = new RegExp(String.raw`^${TIME} \d{1,9} [^ ]{1,255} \d{1,15} [^ ]`);
const ENDS = new RegExp(` ${TAIL}`);

/**
 * The transfer log of FTP servers (wu-ftpd's, ProFTPD's and vsftpd's `xferlog`): time, seconds, host, bytes, file, how,
 * direction, who, and whether it was completed. A space in a name is written as `_`. Source: xferlog(5).
 */
export const xferlog: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['xferlog'],
  dataset: DATASET,
  sniff: (line) => SNIFFED.test(line.slice(0, 320)) && ENDS.test(line.slice(-600)),
  parse,
};

function parse(line: string, at: Line): Fields | undefined {
  const time = at.clock.ctime(line.slice(0, 24), 0);
  const fields = eventFields(at, DATASET, line, { category: ['file'] });
  if (Number.isNaN(time) || !readShape(SHAPES, line, fields)) return undefined;
  at.time = time;
  fields['network.protocol'] = 'ftp';
  return fields;
}
