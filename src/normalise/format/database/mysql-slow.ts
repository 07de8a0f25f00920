import type { Fields } from '../../../event/index.js';
import { eventFields, ip, number, put, readShape, scaled, text, type Setter } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';

const SLOW = 'mysql.slowlog';
const NANO = 1_000_000_000;
const SLOW_HEAD = [
  {
    pattern:
      /# User@Host: ([^ [\]]{0,256})(?:\[([^\]]{0,256})\])? @ ([^ []{0,255}) ?\[([^\]]{0,45})\](?:\s{1,8}Id:\s{1,8}(\d{1,19}))?/,
    to: [
      text('user.name'),
      text('mysql.slowlog.current_user'),
      text('source.domain'),
      ip('source.ip'),
      number('mysql.thread_id'),
    ],
  },
];
const OWN = 'mysql.slowlog.';

/** `Yes` and `No`. */
function yes(field: string): Setter {
  return (fields, value) => {
    if (value === 'Yes' || value === 'No') fields[OWN + field] = value === 'Yes';
  };
}

function count(field: string): Setter {
  return number(OWN + field);
}

/** What each `Name: value` of the comments sets: MySQL's own names, those of Percona and of MariaDB. */
const NAMES: Readonly<Record<string, Setter>> = {
  Query_time: scaled('event.duration', NANO),
  Lock_time: count('lock_time.sec'),
  Rows_sent: count('rows_sent'),
  Rows_examined: count('rows_examined'),
  Rows_affected: count('rows_affected'),
  Bytes_sent: count('bytes_sent'),
  Bytes_received: count('bytes_received'),
  Thread_id: number('mysql.thread_id'),
  Id: number('mysql.thread_id'),
  Schema: text(`${OWN}schema`),
  Last_errno: text(`${OWN}last_errno`),
  Errno: text(`${OWN}last_errno`),
  Killed: text(`${OWN}killed`),
  QC_hit: yes('query_cache_hit'),
  QC_Hit: yes('query_cache_hit'),
  Tmp_tables: count('tmp_tables'),
  Tmp_disk_tables: count('tmp_disk_tables'),
  Tmp_table_sizes: count('tmp_table_sizes'),
  Tmp_table: yes('tmp_table'),
  Tmp_table_on_disk: yes('tmp_table_on_disk'),
  Created_tmp_tables: count('tmp_tables'),
  Created_tmp_disk_tables: count('tmp_disk_tables'),
  Start: text('event.start'),
  End: text('event.end'),
  Full_scan: yes('full_scan'),
  Full_join: yes('full_join'),
  Filesort: yes('filesort'),
  Filesort_on_disk: yes('filesort_on_disk'),
  Priority_queue: yes('priority_queue'),
  Merge_passes: count('merge_passes'),
  Read_first: count('read_first'),
  Read_last: count('read_last'),
  Read_key: count('read_key'),
  Read_next: count('read_next'),
  Read_prev: count('read_prev'),
  Read_rnd: count('read_rnd'),
  Read_rnd_next: count('read_rnd_next'),
  Sort_merge_passes: count('sort_merge_passes'),
  Sort_range_count: count('sort_range_count'),
  Sort_rows: count('sort_rows'),
  Sort_scan_count: count('sort_scan_count'),
  Log_slow_rate_type: text(`${OWN}log_slow_rate_type`),
  Log_slow_rate_limit: text(`${OWN}log_slow_rate_limit`),
  InnoDB_trx_id: text(`${OWN}innodb.trx_id`),
  InnoDB_IO_r_ops: count('innodb.io_r_ops'),
  InnoDB_IO_r_bytes: count('innodb.io_r_bytes'),
  InnoDB_IO_r_wait: count('innodb.io_r_wait.sec'),
  InnoDB_rec_lock_wait: count('innodb.rec_lock_wait.sec'),
  InnoDB_queue_wait: count('innodb.queue_wait.sec'),
  InnoDB_pages_distinct: count('innodb.pages_distinct'),
};

/** Sets what the comment lines tell, up to the first line that is none: behind it stands what a client wrote. */
function setComments(fields: Fields, head: string): boolean {
  let isTimed = false;
  for (const line of head.split('\n', 64)) {
    if (!line.startsWith('# ')) break;
    for (const [, name = '', value = ''] of line.matchAll(/\b([A-Z]\w{1,31}): {1,8}([\w.:+-]{1,64})(?= |$|\r)/g)) {
      put(fields, Object.hasOwn(NAMES, name) ? NAMES[name] : undefined, value);
      isTimed ||= name === 'Query_time';
    }
  }
  return isTimed;
}

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
  if (!setComments(fields, head) && !isKnown) return undefined;
  put(fields, text(`${OWN}schema`), /^use (\w{1,64});/m.exec(head)?.[1]);
  const stamp = /^SET timestamp=(\d{9,12})(?:\.\d{1,9})?;/m.exec(head);
  if (stamp !== null) at.time = Number(stamp[1]) * 1000;
  const query = record
    .split('\n')
    .filter((line) => !/^(?:# |SET timestamp=|use \w+;)/.test(line))
    .join('\n');
  put(fields, text('mysql.slowlog.query'), query.trim());
  return fields;
}
