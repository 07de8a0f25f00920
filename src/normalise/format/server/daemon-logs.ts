import type { Fields } from '../../../event/index.js';
import { eventFields } from '../../capture.js';
import type { Line, MessageParser, TextFormat } from '../../line.js';
import { exim } from '../../program/exim.js';
import { fail2ban } from '../../program/daemons.js';
import { proftpd, vsftpd } from '../../program/ftp.js';
import { named } from '../../program/named.js';
import { digits } from '../../text/scan.js';
import { monthAt } from '../../time/time.js';

/** A daemon's own log file: a head with the time, then the message it would send to syslog. */
interface OwnLog {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly program: string;
  /** Anchored; what it matches stands before the message; group 1 is the process where it is told. */
  readonly head: RegExp;
  readonly time: (line: string, at: Line) => number;
  readonly parser: MessageParser;
}

function ownLog({ name, aliases, program, head, time, parser }: OwnLog): TextFormat {
  return {
    reads: 'text',
    name,
    aliases,
    dataset: name,
    sniff: (line) => head.test(line.slice(0, 256)),
    parse: (line, at) => {
      const found = head.exec(line.slice(0, 256));
      const when = found === null ? Number.NaN : time(line, at);
      if (found === null || Number.isNaN(when)) return undefined;
      return read(line.slice(found[0].length), found[1], at, when);
    },
  };

  function read(message: string, pid: string | undefined, at: Line, when: number): Fields {
    at.time = when;
    at.module = program;
    at.dataset = name;
    at.program = program;
    at.pid = pid === undefined ? undefined : Number(pid);
    at.message = message;
    return parser(message, at) ?? eventFields(at, name, message, {});
  }
}

const iso = (line: string, at: Line): number => at.clock.iso(line, 0);

/** `23-Nov-2026 06:39:04.123`. */
function dashed(line: string, at: Line): number {
  const day = digits(line, 0, 2);
  const month = monthAt(line, 3);
  const year = digits(line, 7, 11);
  if (day === undefined || month === 0 || year === undefined) return Number.NaN;
  return at.clock.parts(line, 12, { year, month, day }, at.receiveTime);
}

/** vsftpd's own log. */
export const vsftpdLog = ownLog({
  name: 'vsftpd.log',
  aliases: ['vsftpd'],
  program: 'vsftpd',
  head: /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} (?=\[pid \d)/,
  time: (line, at) => at.clock.ctime(line.slice(0, 24), 0),
  parser: vsftpd,
});

/** ProFTPD's SystemLog. */
export const proftpdLog = ownLog({
  name: 'proftpd.log',
  aliases: ['proftpd'],
  program: 'proftpd',
  head: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [^ ]{1,255} proftpd\[(\d{1,10})\]:? /,
  time: iso,
  parser: proftpd,
});

/** Exim's main and reject log. */
export const eximLog = ownLog({
  name: 'exim.log',
  aliases: ['exim', 'exim4', 'exim.mainlog'],
  program: 'exim',
  head: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})?(?: [+-]\d{4})? (?:\[(\d{1,10})\] )?(?=\w{6}-\w{6,11}-\w{2,4} |\w{1,32} authenticator failed |H=|exim \d|no host name found|SMTP |TLS )/,
  time: (line, at) => at.clock.iso(line.replace(/^(.{19}(?:\.\d{3})?) ([+-]\d{4})/, '$1$2'), 0),
  parser: exim,
});

/** named's own channels, with the category and severity printed or not. */
export const namedLog = ownLog({
  name: 'named.log',
  aliases: ['named', 'bind', 'bind9'],
  program: 'named',
  head: /^\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3} (?:[\w-]{1,32}: )?(?:(?:debug \d|info|notice|warning|error|critical): )?/,
  time: dashed,
  parser: named,
});

/** fail2ban's own log. */
export const fail2banLog = ownLog({
  name: 'fail2ban.log',
  aliases: ['fail2ban'],
  program: 'fail2ban',
  head: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} fail2ban\.\w{1,16} {0,24}\[(\d{1,10})\]: /,
  time: iso,
  parser: fail2ban,
});
