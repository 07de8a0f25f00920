import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { change, changed, GOLDEN_FOLDERS, goldenLines } from '../support/damage.js';
import { runs } from '../support/runs.js';
import { each, generated, lineOf, receiveTime } from '../support/ways.js';
import { parseAccess } from '../../src/normalise/format/web/access.js';
import { looksLikeFile, looksLikeSyslog, mayBeLog } from '../../src/normalise/format/looks.js';
import { Columns } from '../../src/normalise/format/web/iis-columns.js';
import { nginxAccess } from '../../src/normalise/format/web/nginx-access.js';
import { parseAny } from '../../src/normalise/format/web/nginx-error.js';
import { usualError } from '../../src/normalise/format/web/nginx-error-usual.js';
import { anyLine as anyPostgres, readMessage } from '../../src/normalise/format/database/postgresql.js';
import { usualLine as usualPostgres } from '../../src/normalise/format/database/postgresql-usual.js';
import { readAnyHead } from '../../src/normalise/head/head.js';
import { Line } from '../../src/normalise/line.js';
import { readClf, readIso } from '../../src/normalise/time/minute.js';
import { usualStructured } from '../../src/normalise/format/server/rfc5424-usual.js';
import { messageFields } from '../../src/normalise/format/server/syslog.js';
import { setSystem } from '../../src/normalise/format/server/system-syslog.js';
import { readUsual } from '../../src/normalise/head/usual-head.js';

/** The quick ways of reading usual lines, beside the ways that read all lines: whatever a quick one reads, it reads as the other. */
describe('the head of a syslog line', () => {
  it('is what reading any head makes of it', () => {
    const usual = lineOf();
    const other = lineOf();
    const lines = [
      ...['daemons', 'system.auth', 'system.syslog', 'iptables.log', 'haproxy.log'].flatMap(goldenLines),
      ...generated('postfix', 'sshd (RFC 3164)', 'RFC 3164', 'sudo'),
    ];
    each(lines, 600, (text, whole) => {
      // The quick way knows only the day that was read last.
      usual.clock.bsdIn(usual.codes.load(whole), whole, 0, receiveTime);
      for (const line of [usual, other]) {
        line.reset();
        line.codes.forget();
      }
      const isAny = readAnyHead(text, other.codes.load(text), other);
      usual.codes.load(text);
      if (!readUsual(text, usual)) return false;
      expect(headOf(usual)).toEqual(headOf(other));
      expect(isAny).toBe(true);
      return true;
    });
  });
});

function headOf({ time, host, program, pid, message, messageAt, repeat, headFields }: Line): object {
  return { time, host, program, pid, message, messageAt, repeat, headFields };
}

describe('an RFC 3339 time', () => {
  it('of the minute read last is what the clock makes of it', () => {
    const usual = lineOf();
    const { clock, codes } = lineOf();
    const lines = [...goldenLines('system.syslog'), ...generated('RFC 5424')].filter((text) => /^<\d+>1 \d/.test(text));
    each(lines, 150, (text, whole) => {
      for (const one of [whole, text]) {
        codes.forget();
        usual.codes.forget();
        usual.codes.load(one);
        const at = one.indexOf(' ') + 1;
        const end = readIso(one, at, usual);
        expect(usual.time).toBe(clock.isoIn(codes.load(one), one, at, codes.length));
        if (!Number.isNaN(usual.time)) expect(end).toBe(clock.end);
      }
      return !Number.isNaN(usual.time);
    });
  });
});

describe('the minute read last', () => {
  it('of an access log is what the clock makes of it', () => {
    const usual = lineOf();
    const { clock, codes } = lineOf();
    const lines = [...['nginx.access', 'apache.access'].flatMap(goldenLines), ...generated('nginx access')];
    each(lines, 150, (text, whole) => {
      for (const one of [whole, text]) {
        const at = one.indexOf('[') + 1;
        if (at === 0 || at + 26 > one.length) return false;
        codes.forget();
        usual.codes.forget();
        usual.codes.load(one);
        expect(readClf(one, at, usual)).toBe(clock.clfIn(codes.load(one), one, at));
      }
      return true;
    });
  });

  it("of IIS's log is what it is without one", () => {
    const usual = lineOf();
    const columns = new Columns('date time s-ip cs-method cs-uri-stem'.split(' '));
    const lines = generated('iis w3c').map((text) => text.split(' ').slice(0, 5).join(' '));
    each(lines, 150, (text, whole) => {
      columns.read(whole, usual, whole);
      const other = new Line();
      other.clock = usual.clock;
      for (const line of [usual, other]) line.reset();
      usual.codes.forget();
      const fields = columns.read(text, usual, text);
      expect(fields).toEqual(columns.read(text, other, text));
      expect(usual.time).toBe(other.time);
      return fields !== undefined;
    });
  });
});

/** What may stand in the columns of IIS's log; `-` may stand in each. */
const IIS_VALUES: Readonly<Record<string, readonly string[]>> = {
  's-ip': ['192.0.2.10', '2001:db8::10', '[192.0.2.5](http://192.0.2.5)', 'web'],
  's-port': ['443', '8080', '9999999999999999'],
  's-computername': ['WEB1', 'web-2'],
  's-sitename': ['W3SVC1'],
  'c-ip': ['203.0.113.9', '203.0.113.256', '2001:db8::9', '[203.0.113.9](http://203.0.113.9)', 'host.example', '[::1]'],
  'c-port': ['50123', '0'],
  'cs-method': ['GET', 'POST', 'GETS', 'POSTS', 'PROPFIND', 'G'],
  'cs-uri-stem': [
    '/',
    '/a/b.aspx',
    '/a.b/c',
    '/a.',
    '/a%20b.php',
    '/a+b.html',
    '/a?b=c.d',
    '/a#b',
    '/é/日.html',
    'a.b',
  ],
  'cs-uri-query': ['id=1', 'q=a+b', 'q=%41%2e', 'a=/../x.y', 'x?y', '#'],
  'cs-username': ['alice', 'EX\\alice', 'alice@example.com', 'EX\\a@b', '\\a', '@', 'a@'],
  'cs-version': ['HTTP/1.1', 'HTTP/2', 'HTTP', 'FTP/1'],
  'cs(User-Agent)': ['curl/8.5.0', 'Mozilla/5.0+(X11)', `Mozilla/${'x+'.repeat(140)}`, 'a%20b', 'ü+', 'x'],
  'cs(Cookie)': ['a=b;+c=d', 'x'],
  'cs(Referer)': ['https://x.example/a?b=c', '[1.2.3.4](http://1.2.3.4)'],
  'cs-host': ['www.example.com:443', '203.0.113.1'],
  'sc-status': ['200', '399', '400', '404', '-1', '2e2', '00'],
  'sc-substatus': ['0', '17'],
  'sc-win32-status': ['0', '2148074254', '64'],
  'sc-bytes': ['0', '1234567890123456', '12'],
  'cs-bytes': ['512', '1.5'],
  'time-taken': ['0', '15', '999999999999999', '1.5', '-2', 'x'],
  'X-Forwarded-For': ['198.51.100.1', '10.0.0.1,+198.51.100.2', 'unknown'],
  's-reason': ['Timer_ConnectionIdle', 'BadRequest'],
  's-queuename': ['DefaultAppPool'],
  's-siteid': ['1'],
  'x-other': ['y'],
};

describe('lines of IIS below a proven header', () => {
  const usual = lineOf();
  const other = lineOf();
  const header = fc.shuffledSubarray(Object.keys(IIS_VALUES), { minLength: 1 });
  const time = fc.constantFrom('06:39:04', '06:39:59', '24:00:00', '06:40:60', '06: 1:04', '6:39:04', '-');
  const value = (name: string): fc.Arbitrary<string> => fc.constantFrom('-', ...(IIS_VALUES[name] ?? []));
  const linesBelow = (names: readonly string[]): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom('2026-11-23', '2026-11-24', '2026- 1-24', '2026-02-31'), time, ...names.map(value))
      .map((all) => all.join(' '));
  /** Whether the one pass reads the line, as reading column by column does. */
  const isSame = (columns: Columns, text: string): boolean => {
    for (const line of [usual, other]) {
      line.codes.forget();
      line.reset();
      line.hostName = 'h';
    }
    const fields = columns.readUsual(text, usual);
    if (fields === undefined) return false;
    expect(fields).toEqual(columns.read(text, other, text));
    expect([usual.time, usual.host]).toEqual([other.time, other.host]);
    return true;
  };

  it('are what reading column by column makes of them', () => {
    let quick = 0;
    fc.assert(
      fc.property(
        header.chain((names) =>
          fc.tuple(fc.constant(names), fc.array(linesBelow(names), { minLength: 8, maxLength: 24 })),
        ),
        fc.array(fc.array(change, { minLength: 1, maxLength: 2 }), { minLength: 24, maxLength: 24 }),
        ([names, lines], changes) => {
          const columns = new Columns(['date', 'time', ...names]);
          for (let seen = 0; seen < 64; seen++) columns.readUsual('', usual);
          for (const [nth, text] of lines.entries()) {
            if (isSame(columns, text)) quick++;
            isSame(columns, changed(text, changes[nth] ?? []));
          }
        },
      ),
      { numRuns: runs(400) },
    );
    expect(quick).toBeGreaterThan(1000);
  });

  it('are all usual, but for the odd', () => {
    const columns = new Columns(Object.keys(IIS_VALUES));
    const dated = new Columns(['date', 'time', ...Object.keys(IIS_VALUES)]);
    const doubled = new Columns(['date', 'time', 'sc-status', 'SC-status']);
    const text = Object.values(IIS_VALUES)
      .map(([first]) => first)
      .join(' ');
    const read = (below: Columns, line: string): boolean =>
      Array.from({ length: 65 }, () => below.readUsual(line, usual)).at(-1) !== undefined;
    expect(read(columns, text)).toBe(false);
    expect(read(dated, `2026-11-23 06:39:04 ${text}`)).toBe(true);
    expect(read(dated, `2026-11-23 06:39:04 ${text} y`)).toBe(false);
    expect(read(dated, `2026-11-23 06:39:04 ${text}\r`)).toBe(false);
    expect(read(dated, '2026-11-23 06:39:04')).toBe(false);
    expect(read(doubled, '2026-11-23 06:39:04 200 200')).toBe(false);
  });
});

describe("nginx's errors", () => {
  const golden = ['nginx.error', 'modsecurity', 'nginx_ingress_controller.access'].flatMap(goldenLines);
  const lines = [...golden, ...generated('nginx error', 'nginx access')];

  it('are what reading any error makes of them', () => {
    const usual = lineOf();
    const other = lineOf();
    each(lines, 150, (text) => {
      for (const line of [usual, other]) {
        line.reset();
        line.codes.forget();
        line.original = text;
      }
      const fields = usualError(text, usual);
      if (fields === undefined) return false;
      expect(fields).toEqual(parseAny(text, other));
      expect(usual.time).toBe(other.time);
      return true;
    });
  });

  it('are told from accesses by one look', () => {
    const line = lineOf();
    const server = { module: 'nginx', dataset: 'nginx.access' };
    each(lines, 0, (text) => {
      line.reset();
      const fields = nginxAccess.parse(text, line);
      line.reset();
      expect(fields).toEqual(parseAccess(text, line, server));
      return fields !== undefined;
    });
  });
});

describe("RFC 5424's lines of plain programs", () => {
  const made = generated('RFC 5424');
  const elements = [
    '[a@1 x="1"]',
    '[a@1 x="" long-name="a b = c"][b@2 y="[2"]',
    '[a@1 x="é"]',
    '[a@1 x="1"][b@2]',
    '[b@2][a@1 x="1"]',
    '[a@1 x="1" x="2"]',
    '[a@1 x="a\\\\b"]',
    '[a@1 x="a\\"b" y="\\]"]',
    '[a"b x="1"]',
    '[__proto__ x="1"]',
    '[a@1  x="1"]',
  ].flatMap((element) =>
    made.slice(0, 20).map((text) => text.replace(/ (?:-|\[.*?\]) (?=request|invoice)/, ` ${element} `)),
  );
  const golden = GOLDEN_FOLDERS.flatMap(goldenLines).filter((text) => /^<\d+>1 /.test(text));
  const usual = lineOf();
  const other = lineOf();
  const check = (text: string): boolean => {
    for (const line of [usual, other]) {
      line.reset();
      line.codes.forget();
      line.original = text;
      line.hostName = 'h';
      setSystem(line, 'system.syslog');
    }
    usual.codes.load(text);
    const fields = usualStructured(text, usual);
    if (fields === undefined) return false;
    expect(readAnyHead(text, other.codes.load(text), other)).toBe(true);
    expect(fields).toEqual(messageFields(other));
    expect([usual.time, usual.elements]).toEqual([other.time, undefined]);
    return true;
  };

  it('are what reading any head and message makes of them', () => {
    each([...golden, ...made, ...elements], 400, check);
  });

  it('have layouts of structured data that are learned', () => {
    expect(made.filter(check)).toEqual(made);
    const layouts = elements.filter(check).map((text) => /\[.*\]/.exec(text)?.[0]);
    expect(new Set(layouts)).toEqual(
      new Set([
        '[a@1 x="1"]',
        '[a@1 x="" long-name="a b = c"][b@2 y="[2"]',
        '[a@1 x="é"]',
        '[b@2][a@1 x="1"]',
        '[__proto__ x="1"]',
      ]),
    );
  });

  it('are too many layouts to know', () => {
    const many = Array.from({ length: 100 }, (_, n) => (made[0] ?? '').replace(' - req', ` [a@${n} x="1"] req`));
    for (let round = 0; round < 20; round++) many.forEach(check);
    expect(many.filter(check).length).toBeLessThan(40);
    for (let round = 0; round < 40; round++) made.forEach(check);
    expect(made.every(check)).toBe(true);
  });
});

describe("PostgreSQL's lines", () => {
  it('are what reading any line makes of them', () => {
    const usual = lineOf();
    const other = lineOf();
    const golden = ['postgresql.log', 'told-postgresql'].flatMap(goldenLines);
    const timed = generated('postgresql');
    const odd = ['', '.', '.1', '.123456', '.1234567'].flatMap((fraction) =>
      timed.slice(0, 40).map((text) => text.replace(/\.12\d /, `${fraction} `).replace('37.', '1234567890.')),
    );
    each([...golden, ...timed, ...odd], 300, (text, whole) => {
      // The quick way knows the minute and the zone that were read last.
      usualPostgres(whole, usual, readMessage);
      for (const line of [usual, other]) {
        line.reset();
        line.codes.forget();
        line.original = text;
      }
      const fields = usualPostgres(text, usual, readMessage);
      if (fields === undefined) return false;
      expect(fields).toEqual(anyPostgres(text, other, false));
      expect(usual.time).toBe(other.time);
      return true;
    });
  });
});

describe('the look that spares messages all other looks', () => {
  it('misses no log', () => {
    each(GOLDEN_FOLDERS.flatMap(goldenLines), 1000, (text) => {
      const isLog = looksLikeFile(text) || looksLikeSyslog(text) || /^(?:<\d|\{|@cee:)/.test(text);
      if (isLog) expect([text, mayBeLog(text)]).toEqual([text, true]);
      return isLog;
    });
  });
});
