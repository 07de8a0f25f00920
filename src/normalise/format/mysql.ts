import type { Fields } from '../../event/index.js';
import { address, eventFields, number, put, readShape, scaled, text, type Setter } from '../capture.js';
import type { Line, TextFormat } from '../line.js';
import { behindHead } from './behind-head.js';

const ERROR = 'mysql.error';
const SLOW = 'mysql.slowlog';
const LEVEL = String.raw`\[(System|Note|Warning|ERROR|Error|Info|Debug)\]`;

const HEADS = [
  // 5.7 and 8: RFC 3339; MariaDB and 5.6: a date with an hour of one digit perhaps; 5.5: two digits of the year.
  /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}(?:Z|[+-]\d\d:\d\d)|\d{4}-\d\d-\d\d [ \d]?\d:\d\d:\d\d|\d{6} [ \d]?\d:\d\d:\d\d) {1,8}(?:(\d{1,19}|0x[0-9a-f]{1,16}) {1,4})?\[(System|Note|Warning|ERROR|Error|Info|Debug)\] {0,4}(.*)$/s,
  /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}(?:Z|[+-]\d\d:\d\d)|\d{6} [ \d]?\d:\d\d:\d\d|\d{4}-\d\d-\d\d [ \d]?\d:\d\d:\d\d) {1,8}()()(mysqld_safe .*|InnoDB: .*|mysqld: .*|Server socket .*)$/s,
];

const host: Setter = (fields, value) => {
  if (value !== 'localhost' && value !== '%') address('source', true)(fields, value);
};

const DENIED = {
  'event.category': ['database', 'authentication'],
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
    pattern: /Aborted connection \d{1,19} to db: '[^']{0,256}' user: '(.{0,256})' host: '([^']{1,255})'/,
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
  sniff: (line) => /^\d/.test(line) && new RegExp(`^.{10,48} ${LEVEL}|mysqld_safe`).test(line.slice(0, 96)),
  parse: behindHead(parseError),
};

function parseError(line: string, at: Line): Fields | undefined {
  const found = HEADS[0]?.exec(line) ?? HEADS[1]?.exec(line);
  if (found === undefined || found === null) return undefined;
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

function timeOf(line: string, at: Line): number {
  if (line.charCodeAt(4) === 45) return at.clock.iso(line, 0);
  const date = {
    year: 2000 + Number(line.slice(0, 2)),
    month: Number(line.slice(2, 4)),
    day: Number(line.slice(4, 6)),
  };
  return at.clock.parts(line, 7, date, at.receiveTime);
}

const NANO = 1_000_000_000;
const SLOW_HEAD = [
  {
    pattern:
      /# User@Host: ([^ [\]]{0,256})(?:\[([^\]]{0,256})\])? @ ([^ []{0,255}) ?\[([^\]]{0,45})\](?:\s{1,8}Id:\s{1,8}(\d{1,19}))?/,
    to: [
      text('user.name'),
      text('mysql.slowlog.current_user'),
      text('source.domain'),
      address('source'),
      number('mysql.thread_id'),
    ],
  },
];
const SLOW_TIMES = [
  {
    pattern:
      /# Query_time: (\d{1,9}(?:\.\d{1,9})?)\s{1,4}Lock_time: (\d{1,9}(?:\.\d{1,9})?)\s{1,4}Rows_sent: (\d{1,15})\s{1,4}Rows_examined: (\d{1,15})(?:\s{1,4}Rows_affected: (\d{1,15}))?(?:\s{1,4}Bytes_sent: (\d{1,15}))?/,
    to: [
      scaled('event.duration', NANO),
      number('mysql.slowlog.lock_time.sec'),
      number('mysql.slowlog.rows_sent'),
      number('mysql.slowlog.rows_examined'),
      number('mysql.slowlog.rows_affected'),
      number('mysql.slowlog.bytes_sent'),
    ],
  },
];

/** The slow query log of MySQL and MariaDB, an entry of several lines as one record. Source: MySQL, "The Slow Query Log". */
export const mysqlSlow: TextFormat = {
  reads: 'text',
  name: SLOW,
  aliases: ['mysql.slow', 'mysql_slow'],
  dataset: SLOW,
  sniff: (line) => /^# (?:Time: |User@Host: |Query_time: )/.test(line.slice(0, 16)),
  parse: parseSlow,
};

function parseSlow(record: string, at: Line): Fields | undefined {
  const head = record.slice(0, 8192);
  const fields = eventFields(at, SLOW, record, { category: ['database'], type: ['info'] });
  const isKnown = readShape(SLOW_HEAD, head, fields);
  if (!readShape(SLOW_TIMES, head, fields) && !isKnown) return undefined;
  put(
    fields,
    text('mysql.slowlog.schema'),
    /^(?:use (\w{1,64});|# Thread_id: \d+ {1,4}Schema: (\w{1,64}))/m.exec(head)?.[1],
  );
  const stamp = /^SET timestamp=(\d{9,12})(?:\.\d{1,9})?;/m.exec(head);
  if (stamp !== null) at.time = Number(stamp[1]) * 1000;
  const query = record
    .split('\n')
    .filter((line) => !/^(?:# |SET timestamp=|use \w+;)/.test(line))
    .join('\n');
  put(fields, text('mysql.slowlog.query'), query.trim());
  return fields;
}
