import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../src/event/index.js';
import { change, changed, goldenLines } from '../support/damage.js';
import { runs } from '../support/runs.js';
import { Line, type TextFormat } from '../../src/normalise/line.js';
import { Clock } from '../../src/normalise/time/time.js';
import { anyAccess } from '../../src/normalise/format/web/access.js';
import { usualAccess } from '../../src/normalise/format/web/access-usual.js';
import { anyRecord, auditRecord } from '../../src/normalise/format/server/auditd/auditd.js';
import { AuditJoins } from '../../src/normalise/format/server/auditd/join.js';
import { anyLine as anyElb } from '../../src/normalise/format/web/aws-elb/aws-elb.js';
import { usualLine as usualElb } from '../../src/normalise/format/web/aws-elb/usual.js';
import { readAnyHead, readHead } from '../../src/normalise/head/head.js';
import { anyLine as anyHaproxy } from '../../src/normalise/format/web/haproxy.js';
import { httpLine } from '../../src/normalise/format/web/haproxy-http.js';
import { Columns } from '../../src/normalise/format/web/iis-columns.js';
import { anyPacket, packetIn, usualLine } from '../../src/normalise/format/server/iptables.js';
import { usualPacket } from '../../src/normalise/format/server/iptables-usual.js';
import { setTarget } from '../../src/normalise/format/web/url-fields.js';
import { anyRow, usualRow, zeekTsv } from '../../src/normalise/format/ids/zeek/tsv.js';

/** Reads a line; undefined where it is none, or not of the way's form. */
type Way = (text: string, line: Line) => Fields | undefined;

/** A format's quick way, which reads the usual lines, and its slow one, which reads all. */
interface Ways {
  readonly folder: string;
  readonly quick: Way;
  readonly slow: Way;
  /** Lines besides the golden ones. */
  readonly more?: readonly string[];
  /** Lines that stand before each. */
  readonly header?: readonly string[];
  /** What reads them. */
  readonly reader?: TextFormat;
}

const ALB =
  'http 2026-11-23T06:39:04.655000Z app/lb/50dc6c49 203.0.113.9:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://shop.example:80/a.php?b=c HTTP/1.1" "curl/8.5.0" - - arn:aws:x "Root=1-58337262" "-" "-" 0 2026-11-23T06:39:04.123Z "waf,forward" "-" "-" "10.0.0.1:80" "200" "-" "-"';

const DROPPED =
  'Nov 23 06:39:04 fw1 kernel: [12345.678901] [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:12:34:56:00:16:3e:5e:6c:00:08:00 SRC=203.0.113.9 DST=192.0.2.10 LEN=44 TOS=0x00 PREC=0x20 TTL=245 ID=54321 DF PROTO=TCP SPT=40000 DPT=22 SEQ=1 ACK=2 WINDOW=1024 RES=0x00 ACK SYN URGP=0 ';

const BALANCED =
  'Nov 23 06:39:04 lb1 haproxy[14389]: 203.0.113.9:33317 [23/Nov/2026:06:39:04.655] http-in~ static/srv1 10/0/-1/69/109 200 2750 sid=1 - --VN 1/2/3/4/5 6/7 "GET /index.html?q=1 HTTP/1.1"';

const LOGGED_IN =
  'type=USER_LOGIN msg=audit(1795415944.123:101): pid=1 uid=0 auid=1000 ses=3 msg=\'op=login acct="6465" exe="/usr/sbin/sshd" hostname=203.0.113.9 addr=203.0.113.9 terminal=ssh res=success\'\u001dUID="root" AUID="alice"';

const IIS =
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken'.split(
    ' ',
  );
const ASKED =
  '2026-11-23 06:39:04 192.0.2.10 GET /app/page.aspx id=%41 443 EX\\a@b 203.0.113.9 Mozilla/5.0+(X11) https://x.example/ 404 0 2 15';
const iisColumns = new Columns(IIS);

/** The columns of a line read one by one, but for those that are read together. */
const columnByColumn: Way = (text, line) => {
  const values = text.split(' ');
  if (values.length !== IIS.length) return undefined;
  const alone = IIS.filter((name) => !['date', 'time', 's-ip', 'c-ip', 'cs-uri-stem', 'cs-uri-query'].includes(name));
  const groups = [...alone.map((name) => [name]), ['cs-uri-stem', 'cs-uri-query'], ['s-ip', 'c-ip'], ['date', 'time']];
  const all: Fields = {};
  for (const names of groups) {
    const fields = new Columns(names).read(names.map((name) => values[IIS.indexOf(name)]).join(' '), line, text) ?? {};
    // What kind of event it is is told by both addresses.
    for (const [name, value] of Object.entries(fields))
      if (value !== undefined && (names.includes('s-ip') || all[name] === undefined)) all[name] = value;
  }
  return all;
};

const ACCESS =
  '203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "GET /a.b/c.php?q=1 HTTP/1.1" 200 5120 "https://x.example/?a" "Mozilla/5.0 (X11)"';
/** Usual lines of an access log, and lines that are nearly so. */
const ACCESSES = [
  ACCESS,
  ACCESS.replace('203.0.113.9', '2001:db8::9').replace('- - [', '- alice [').replace('GET', 'POST'),
  ACCESS.replace('203.0.113.9', '::1').replace('- - [', '- aliceT [').replace('GET', 'HEAD'),
  ACCESS.replace('203.0.113.9', '203.0.113.256').replace('GET', 'PROPFIND'),
  ACCESS.replace('c.php?q=1', 'c%20d.php?q=%41%2e#x').replace('HTTP/1.1', 'HTTP/2.0'),
  ACCESS.replace('c.php?q=1', '.').replace('HTTP/1.1', 'HTTP/1.0').replace(' 200 ', ' 404 '),
  ACCESS.replace('?q=1', '?q=%41&r=a.b/c?d').replace(' 5120 ', ' - '),
  ACCESS.replace('"https://x.example/?a"', '"-"').replace('"Mozilla/5.0 (X11)"', '"-"'),
  ACCESS.replace(/ "https.*/, ''),
  ACCESS.replace(/ 5120 "https.*/, ' -'),
  `${ACCESS} "-"`,
  `${ACCESS} "198.51.100.1, 10.0.0.1"`,
  `${ACCESS} X-Forwarded-For="198.51.100.1"`,
  ACCESS.replace('5120', '5120 0.012'),
  ACCESS.replace('(X11)', 'x\\x22 \\" "'),
  ACCESS.replace('- - [', '- x [23/Nov/2026:06:39:05 +0000] "GET /forged HTTP/1.1" [').replace(
    '"Moz',
    '"GET / HTTP/1.1',
  ),
  ACCESS.replace('- - [', 'x - ['),
  `web:80 ${ACCESS}`,
  `${ACCESS.slice(0, 12)}198.51.100.1, ${ACCESS}`,
];

const APACHE = { module: 'apache', dataset: 'apache.access' };
const NGINX = { module: 'nginx', dataset: 'nginx.access' };

/** An access log's line whose target is read by `setTarget`. */
const pathAsTarget: Way = (text, line) => {
  const fields = anyAccess(text, line, NGINX);
  const target = fields?.['url.original'];
  if (fields === undefined || typeof target !== 'string' || !target.startsWith('/')) return fields;
  for (const part of ['path', 'query', 'fragment', 'extension']) fields[`url.${part}`] = undefined;
  setTarget(fields, target);
  return fields;
};

/** A way that reads what stands behind a syslog head, where there is one. */
const behindHead =
  (way: Way): Way =>
  (text, line) => {
    if (readHead(text, line)) return way(line.message, line);
    line.reset();
    return way(text, line);
  };

const CONN =
  '1795415944.123456\tCAcJw21\t203.0.113.9\t40000\t192.0.2.10\t22\ttcp\tssh\t1.5\t100\t200\tSF\tF\t0\tShADadFf\t10\t600\t9\t700\t(empty)\tT';

const FORMATS: readonly Ways[] = [
  {
    folder: 'aws.elb',
    quick: usualElb,
    slow: anyElb,
    more: [
      ALB,
      ALB.replace('10.0.0.1:80', '-').replace('0.001', '-1').replace(' 200 200 ', ' - - '),
      ALB.replace('- - arn', 'ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn').replace('http ', 'h2 '),
      ALB.replace('GET http://shop.example:80', 'POST ').replace('.655000Z', 'Z'),
    ],
  },
  {
    folder: 'auditd.log',
    // A record whose form is not the usual one goes on to the other way.
    quick: behindHead(auditRecord),
    slow: behindHead(anyRecord),
    more: [LOGGED_IN, LOGGED_IN.replace("msg='op", "msg='avc:  denied  { read } for  op")],
  },
  {
    folder: 'haproxy.log',
    quick: behindHead(httpLine),
    slow: behindHead(anyHaproxy),
    more: [
      BALANCED,
      BALANCED.replace(' "GET', ' {shop.example|curl/8.5.0 "x"} {|} "GET'),
      BALANCED.replace(' "GET', ' {} "GET'),
      BALANCED.replace('2026:06:39', '2026: 6:39'),
      BALANCED.replace('2026:06:39', '2026:06:38'),
      BALANCED.replace('static/srv1', '-/<NOSRV>').replace('--VN', '----').replace('http-in~', '-'),
      BALANCED.replace('static/srv1', 'static/srv/1').replace('http-in~', 'http/in'),
      BALANCED.replace('static/srv1', 'static'),
      BALANCED.replace('/-1/', '/-0/'),
      BALANCED.replace('1/2/3/4/5', '1/2/3/4/0005').replace('?q=1', ''),
      BALANCED.replace('/-1/', '/-0/').replace(' 2750 ', ' 3000000000 '),
      BALANCED.replace(' "GET', ' {-} {-} "POST').replace('.655', '').replace(' 200 ', ' -1 '),
    ],
  },
  {
    folder: 'nginx.access',
    quick: (text, line) => anyAccess(text, line, NGINX),
    slow: pathAsTarget,
  },
  ...[NGINX, APACHE].map((server) => ({
    folder: server.dataset,
    quick: (text: string, line: Line) => usualAccess(text, line, server),
    slow: (text: string, line: Line) => anyAccess(text, line, server),
    more: ACCESSES,
  })),
  {
    folder: 'iis.access',
    quick: (text, line) => iisColumns.read(text, line, text),
    slow: columnByColumn,
    more: [ASKED, ASKED.replace('id=%41', '-').replace('06:39:04', '24:00:00')],
  },
  {
    folder: 'iptables.log',
    quick: behindHead((text, line) => packetIn(text, line, text, usualPacket)),
    slow: behindHead((text, line) => packetIn(text, line, text, anyPacket)),
    more: [
      DROPPED,
      DROPPED.replace('TCP', 'UDP').replace(/ SEQ.*/, ' LEN=58'),
      DROPPED.replace('ACK SYN ', ''),
      DROPPED.replace('WINDOW=1024', 'WINDOW=2147483648'),
    ],
  },
  {
    folder: 'iptables.log',
    quick: usualLine,
    slow: (text, line) => {
      if (!readAnyHead(text, line.codes.load(text), line)) return undefined;
      return packetIn(line.message, line, `${line.host} ${line.program}: ${line.message}`, anyPacket);
    },
    more: [
      DROPPED,
      DROPPED.replace('12345.678901', '  12.3'),
      DROPPED.replace('SEQ=1', 'SEQ=4294967295'),
      // Devices and cards that take turns: those of the packet before are known again.
      ...['', ' MAC=', ' MAC=52:54:00:12:34:57:00:16:3e:5e:6c:00:08:00'].flatMap((card) =>
        ['IN=eth0 OUT=', 'IN=eth1 OUT=', 'IN=eth0 OUT=eth1', 'IN= OUT=wan-12345'].map((devices) =>
          DROPPED.replace(/IN=.* SRC/, `${devices}${card} SRC`),
        ),
      ),
    ],
  },
  {
    folder: 'zeek',
    quick: usualRow,
    slow: anyRow,
    reader: zeekTsv,
    header: [
      '#path\tconn',
      '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\tlocal_resp',
      '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\tbool',
    ],
    more: [
      CONN,
      CONN.replace('SF\tF', 'XX\t-').replace('ssh\t1.5\t100\t200', '-\t-\t-\t-'),
      CONN.replace('203.0.113.9', '2001:db8::1').replace('tcp', 'udp').replace('(empty)', '-'),
      CONN.replace('tcp', 'icmp'),
      CONN.replace('1795415944.123456', '1795415944.1234567').replace('T', '-'),
      CONN.replaceAll(/\t\d+/g, '\t'),
    ],
  },
];

const clock = new Clock('Europe/Berlin');

/** What a way makes of a line: what is undefined is not told. */
function read(way: Way, text: string, { header = [], reader }: Ways): object | undefined {
  const line = new Line();
  line.clock = clock;
  line.receiveTime = Date.UTC(2026, 10, 25);
  line.hostName = 'h';
  line.audits = new AuditJoins();
  // The texts of a header are those of its line, by which what they mean is remembered.
  if (reader !== undefined) line.headers = headersOf(reader, header, line);
  line.reset();
  line.original = text;
  const fields = way(text, line);
  return fields === undefined ? undefined : { fields, time: line.time };
}

const known = new Map<TextFormat, Line['headers']>();

function headersOf(reader: TextFormat, header: readonly string[], line: Line): Line['headers'] {
  const before = known.get(reader);
  if (before !== undefined) return before;
  for (const text of header) reader.parse(text, line);
  known.set(reader, line.headers);
  return line.headers;
}

describe.each(FORMATS)('$folder', (ways) => {
  const { folder, quick, slow, more = [] } = ways;
  const lines = [...goldenLines(folder), ...more];
  const isQuick = (line: string): boolean => read(quick, line, ways) !== undefined;
  const check = (line: string): void => {
    const usual = read(quick, line, ways);
    if (usual !== undefined) expect(usual).toEqual(read(slow, line, ways));
  };

  it('has lines that are read the quick way', () => {
    expect(lines.filter(isQuick).length).toBeGreaterThan(1);
  });

  it('becomes the same either way, damaged or not', () => {
    lines.forEach(check);
    const damaged = fc.tuple(fc.constantFrom(...lines), fc.array(change, { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(damaged, ([line, changes]) => {
        check(changed(line, changes));
      }),
      { numRuns: runs(5000) },
    );
  });

  it('becomes the same either way, cut short anywhere', () => {
    const [longest = ''] = lines.filter(isQuick).sort((a, b) => b.length - a.length);
    for (let end = 0; end < longest.length; end++) check(longest.slice(0, end));
  });
});
