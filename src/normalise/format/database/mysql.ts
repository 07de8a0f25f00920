import type { Fields } from '../../../event/index.js';
import { address, eventFields, number, put, readShape, text, type Setter } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { behindHead } from '../behind-head.js';

const ERROR = 'mysql.error';
const LEVEL = String.raw`\[(System|Note|Warning|ERROR|Error|Info|Debug)\]`;

const LOOKS = new RegExp(
  String.raw`^.{10,48} ${LEVEL}|mysqld_safe|^\d{6} [ \d]?\d:\d\d:\d\d |^[\d-]{10} [ \d]?\d:\d\d:\d\d [0-9a-f]{1,16} {1,4}InnoDB: `,
);

const HEADS = [
  // 5.7 and 8: RFC 3339; MariaDB and 5.6: a date with an hour of one digit perhaps; 5.5: two digits of the year.
  /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}(?:Z|[+-]\d\d:\d\d)|\d{4}-\d\d-\d\d [ \d]?\d:\d\d:\d\d|\d{6} [ \d]?\d:\d\d:\d\d) {1,8}(?:(\d{1,19}|0x[0-9a-f]{1,16}) {1,4})?\[(System|Note|Warning|ERROR|Error|Info|Debug)\] {0,4}(.*)$/s,
  /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}(?:Z|[+-]\d\d:\d\d)|\d{6} [ \d]?\d:\d\d:\d\d|\d{4}-\d\d-\d\d [ \d]?\d:\d\d:\d\d) {1,8}(?:([0-9a-f]{1,16}) {1,4})?()(mysqld_safe .*|InnoDB: .*|mysqld: .*|Server socket .*)$/s,
  // Nobody else writes two digits of the year and the time like this.
  /^\d{6} [ \d]?\d:\d\d:\d\d {1,8}()()(.*)$/s,
];

const host: Setter = (fields, value) => {
  if (value !== 'localhost' && value !== '%') address('source', true)(fields, value);
};

const DENIED = {
  'event.action': 'failed-login',
  'event.outcome': 'failure',
};

const MESSAGES = [
  {
    pattern: /Access denied for user '(.{0,256})'@'([^']{1,255})'(?= \(| to |$)/,
    to: [text('user.name'), host],
    also: DENIED,
  },
  {
    pattern:
      /Aborted connection \d{1,19} to db: '[^']{0,256}' user: '(?:unauthenticated|(.{0,256}))' host: '([^']{1,255})'/,
    to: [text('user.name'), host],
  },
];

/**
 * The error log of MySQL (5.5 to 9) and MariaDB. A name or host in quotes is what the server itself wrote. Sources: MySQL
 * Reference Manual, "Error Log Output Format"; MariaDB, "Error Log"; Elastic's mysql.error fields.
 */
export const mysqlError: TextFormat = {
  reads: 'text',
  name: ERROR,
  aliases: ['mysql', 'mysql_error', 'mariadb', 'mariadb.error'],
  dataset: ERROR,
  sniff: (line) => /^\d/.test(line) && LOOKS.test(line.slice(0, 96)),
  parse: behindHead(parseError),
};

/** What the server, and its InnoDB before 5.6, writes without a time. */
const BANNER =
  /^(?:Version: '[^']{1,128}' {1,4}socket: '|Tcp port: \d{1,5} {1,4}Unix socket: |\S{1,128}mysqld(?:\.exe)?, Version: |InnoDB: )/;

function parseError(line: string, at: Line): Fields | undefined {
  if (BANNER.test(line)) return eventFields(at, ERROR, line, { category: ['database'], type: ['info'] });
  const found = headOf(line);
  if (found === undefined) return undefined;
  const [, thread, level, message = ''] = found;
  const time = timeOf(line, at);
  if (Number.isNaN(time)) return undefined;
  at.time = time;
  const isError = level?.toLowerCase() === 'error';
  const fields = eventFields(at, ERROR, message, {
    category: ['database'],
    type: isError ? ['info', 'error'] : ['info'],
  });
  put(fields, number('mysql.thread_id'), thread);
  put(fields, text('log.level'), level);
  const coded = /^\[([^\]]{1,32})\] \[([^\]]{1,64})\] /.exec(message.slice(0, 128));
  put(fields, text('event.code'), coded?.[1]);
  put(fields, text('event.provider'), coded?.[2]);
  readShape(MESSAGES, message.slice(0, 2048), fields);
  return fields;
}

function headOf(line: string): RegExpExecArray | undefined {
  for (const head of HEADS) {
    const found = head.exec(line);
    if (found !== null) return found;
  }
  return undefined;
}

function timeOf(line: string, at: Line): number {
  // An hour of one digit, which not every server pads.
  if (line.charCodeAt(4) === 45 && line.charCodeAt(12) === 58)
    return at.clock.iso(`${line.slice(0, 11)} ${line.slice(11, 40)}`, 0);
  if (line.charCodeAt(4) === 45) return at.clock.iso(line, 0);
  const date = {
    year: 2000 + Number(line.slice(0, 2)),
    month: Number(line.slice(2, 4)),
    day: Number(line.slice(4, 6)),
  };
  return at.clock.parts(line, 7, date, at.receiveTime);
}
