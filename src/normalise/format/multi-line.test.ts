import { describe, expect, it } from 'vitest';
import type { EcsEvent, Source } from '../../event/index.js';
import { createNormaliser } from '../normaliser.js';

/** Records of several lines, one by one: those of golden folders are whole events (`*.records.log`). */
function read(text: string, type?: string): EcsEvent['fields'] {
  const settings = { timezone: 'UTC', host: 'here', ...(type !== undefined && { type }) };
  const source: Source = { id: 'test', label: 'test', settings };
  const out: EcsEvent[] = [];
  const record = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined };
  createNormaliser({ derive: new Set() }).normalise(source, record, out);
  expect(out).toHaveLength(1);
  return { ...out[0]?.fields, time: new Date(out[0]?.time ?? 0).toISOString() };
}

const AUDIT = [
  '--4f9d1954-A--',
  '[23/Nov/2026:06:39:04 +0000] ZV8abcAAQEAAGx1hAAAAB 203.0.113.9 40000 192.0.2.10 80',
  '--4f9d1954-B--',
  'GET /item?id=1%27 HTTP/1.1',
  'Host: shop.example',
  'User-Agent: curl/8.5.0',
  '',
  '--4f9d1954-F--',
  'HTTP/1.1 403 Forbidden',
  'Content-Type: text/html',
  '',
  '--4f9d1954-H--',
  'Message: Access denied with code 403 (phase 2). Pattern match "x" at ARGS:id. [file "/a.conf"] [line "1"] [id "942100"] [msg "SQL Injection"] [severity "CRITICAL"]',
  'Action: Intercepted (phase 2)',
  '',
  '--4f9d1954-Z--',
  '',
];

describe('records of several lines', () => {
  it('ModSecurity: the serial audit log', () => {
    expect(read(AUDIT.join('\n'))).toMatchObject({
      time: '2026-11-23T06:39:04.000Z',
      'event.dataset': 'modsecurity.auditlog',
      'event.type': ['access', 'denied'],
      'source.ip': '203.0.113.9',
      'source.port': 40000,
      'destination.ip': '192.0.2.10',
      'http.request.method': 'GET',
      'url.original': '/item?id=1%27',
      'url.domain': 'shop.example',
      'http.response.status_code': 403,
      'user_agent.original': 'curl/8.5.0',
      'rule.id': '942100',
      'rule.name': 'SQL Injection',
      'event.severity': 2,
    });
  });

  it.each([
    ['Warning', ['access']],
    ['Access denied with code 403 (phase 2)', ['access', 'denied']],
  ])('ModSecurity 3: its messages in the serial audit log, %s', (what, type) => {
    const lines = [
      '---AbCd1234---A--',
      '[23/Nov/2026:06:39:04 +0000] 1795415944 203.0.113.9 40000 192.0.2.10 80',
      '---AbCd1234---B--',
      'GET /etc/passwd HTTP/1.1',
      '---AbCd1234---H--',
      `ModSecurity: ${what}. Matched "Operator \`PmFromFile' with parameter \`lfi' against variable \`REQUEST_FILENAME' [file "/r.conf"] [line "9"] [id "930120"] [msg "OS File Access Attempt"] [severity "2"] [unique_id "1795415944"]`,
      '---AbCd1234---Z--',
    ];
    expect(read(lines.join('\n'))).toMatchObject({
      'event.type': type,
      'source.ip': '203.0.113.9',
      'url.original': '/etc/passwd',
      'rule.id': '930120',
      'rule.name': 'OS File Access Attempt',
      'event.severity': 2,
    });
  });

  it('ModSecurity: the first rule tells what, any of them that it was denied; a fraction of the second, a port', () => {
    const lines = AUDIT.map((line) =>
      line.replace('06:39:04 +', '06:39:04.654321 +').replace('shop.example', 'shop.example:8443'),
    );
    const more = lines.toSpliced(
      12,
      1,
      'Message: Warning. x [id "920350"] [rev "2"] [ver "OWASP_CRS/4.0.0"] [tag "a"]',
      lines[12] ?? '',
      'Server: Apache/2.4',
    );
    expect(read(more.join('\n'))).toMatchObject({
      time: '2026-11-23T06:39:04.654Z',
      'event.action': 'denied',
      'event.type': ['access', 'denied'],
      'event.outcome': undefined,
      'url.domain': 'shop.example',
      'url.port': 8443,
      'rule.id': '920350',
      'rule.version': '2',
      'rule.ruleset': 'OWASP_CRS/4.0.0',
      'rule.category': 'a',
      'modsec.audit.server': 'Apache/2.4',
      'modsec.audit.messages': ['Warning. x', 'Access denied with code 403 (phase 2). Pattern match "x" at ARGS:id.'],
    });
  });

  it('ModSecurity 3: its sections have three dashes, its messages another beginning', () => {
    const lines = [
      '---Q1w2E3r4---A--',
      '[23/Nov/2026:06:39:04 +0000] 1795600000 203.0.113.9 51234 192.0.2.10 443',
      '---Q1w2E3r4---B--',
      'GET /?id=1 HTTP/2.0',
      'host: shop.example',
      '',
      '---Q1w2E3r4---F--',
      'HTTP/2.0 403',
      '---Q1w2E3r4---H--',
      'ModSecurity: Warning. detected SQLi. [file "/x"] [id "942100"] [msg "SQL Injection"] [severity "2"] [uri "/"]',
      'ModSecurity: Access denied with code 403 (phase 2). [id "949110"] [msg "Score"] [severity "0"] [uri "/"]',
      '---Q1w2E3r4---Z--',
    ];
    expect(read(lines.join('\n'))).toMatchObject({
      message: expect.stringMatching(/^Warning\. detected SQLi/) as string,
      'event.type': ['access', 'denied'],
      'rule.id': '942100',
      'rule.name': 'SQL Injection',
      'event.severity': 2,
      'url.original': '/?id=1',
      'http.response.status_code': 403,
    });
  });

  it('Snort: alert_full with the headers of the link', () => {
    const lines = [
      '[**] [1:382:7] ICMP PING Windows [**]',
      '[Classification: Misc activity] [Priority: 3] ',
      '11/23-06:39:04.123456 00:16:3E:5E:6C:00 -> 52:54:00:12:34:56 type:0x800 len:0x4A',
      '203.0.113.9 -> 10.0.0.5 ICMP TTL:128 TOS:0x0 ID:4321 IpLen:20 DgmLen:60',
      'Type:8  Code:0  ID:512   Seq:256  ECHO',
      '[Xref => http://www.example.com/info/1]',
    ];
    expect(read(lines.join('\n'))).toMatchObject({
      time: '2026-11-23T06:39:04.123Z',
      'event.dataset': 'snort.log',
      'rule.id': '382',
      'source.mac': '00-16-3E-5E-6C-00',
      'destination.mac': '52-54-00-12-34-56',
      'source.ip': '203.0.113.9',
      'destination.ip': '10.0.0.5',
      'network.transport': 'icmp',
      'snort.eth.length': 74,
      'snort.ip.ttl': 128,
      'snort.icmp.type': 8,
    });
  });

  it('ModSecurity: a body that imitates a section of another transaction is only a body', () => {
    const forged = AUDIT.toSpliced(7, 0, '--4f9d1954-C--', 'x=1', '--00000000-H--', 'Message: x [id "1"]');
    expect(read(forged.join('\n'))).toMatchObject({ 'source.ip': '203.0.113.9', 'rule.id': '942100' });
  });

  it('Snort: alert_full', () => {
    const lines = [
      '[**] [1:1421:11] SNMP AgentX/tcp request [**]',
      '[Classification: Attempted Information Leak] [Priority: 2] ',
      '11/23-06:39:04.123456 203.0.113.9:40000 -> 192.0.2.10:705',
      'TCP TTL:41 TOS:0x0 ID:9342 IpLen:20 DgmLen:44',
      '******S* Seq: 0x2A8B0A62  Ack: 0x0  Win: 0x400  TcpLen: 24',
    ];
    expect(read(lines.join('\n'))).toMatchObject({
      time: '2026-11-23T06:39:04.123Z',
      'event.kind': 'alert',
      'event.dataset': 'snort.log',
      'rule.id': '1421',
      'event.severity': 2,
      'source.ip': '203.0.113.9',
      'source.port': 40000,
      'destination.port': 705,
      'network.transport': 'tcp',
      'snort.ip.ttl': 41,
      'snort.ip.tos': 0,
      'snort.dgm.length': 44,
      'snort.tcp.flags': 'S',
      'snort.tcp.window': 1024,
    });
  });

  it('MySQL: the slow query log', () => {
    const lines = [
      '# Time: 2026-11-23T06:39:05.000000Z',
      '# User@Host: alice[alice] @ app.example [203.0.113.9]  Id:    42',
      '# Query_time: 2.500000  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: 1000',
      'SET timestamp=1795415944;',
      'SELECT SLEEP(2.5);',
    ];
    expect(read(lines.join('\n'))).toMatchObject({
      time: '2026-11-23T06:39:04.000Z',
      'event.dataset': 'mysql.slowlog',
      'event.duration': 2_500_000_000,
      'user.name': 'alice',
      'source.domain': 'app.example',
      'source.ip': '203.0.113.9',
      'mysql.thread_id': 42,
      'mysql.slowlog.rows_examined': 1000,
      'mysql.slowlog.query': 'SELECT SLEEP(2.5);',
    });
  });

  it('PostgreSQL: a statement over several lines', () => {
    expect(read('2026-11-23 06:39:04.123 UTC [1] LOG:  duration: 1.5 ms  statement: SELECT\n  1')).toMatchObject({
      'event.duration': 1_500_000,
      'postgresql.log.query': 'SELECT\n  1',
    });
  });

  it('a stack trace below a line of a known format', () => {
    const text =
      '2026/11/23 06:39:04 [error] 7#7: *1 FastCGI sent in stderr: "x", client: 203.0.113.9, server: a\n#0 /a.php(3): f()\n#1 {main}';
    expect(read(text)).toMatchObject({
      time: '2026-11-23T06:39:04.000Z',
      'event.dataset': 'nginx.error',
      'log.level': 'error',
      'event.original': text,
      message: expect.stringContaining('#1 {main}') as string,
    });
  });

  const windowsEvent = (code: number, data: string): string =>
    `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>${code}</EventID><TimeCreated SystemTime="2026-11-23T06:39:04Z"/><Channel>Security</Channel><Computer>DC1</Computer></System><EventData><Data Name="TargetUserName">${data}</Data></EventData></Event>`;

  it('Windows: an event over several lines, below the root of its file', () => {
    const laidOut = windowsEvent(4625, 'bob').replaceAll('><', '>\n  <');
    expect(read(`<?xml version="1.0" encoding="utf-8"?>\n<Events>\n${laidOut}`)).toMatchObject({
      time: '2026-11-23T06:39:04.000Z',
      'event.code': '4625',
      'event.outcome': 'failure',
      'user.name': 'bob',
      'host.name': 'DC1',
    });
  });

  it('Windows: several events of one line are an event each, what looks like an end in them is text', () => {
    const out: EcsEvent[] = [];
    const text = `<Events>${windowsEvent(4625, 'x&lt;/Event&gt;&lt;Event&gt;')}${windowsEvent(4624, 'bob')}</Events>`;
    const source: Source = { id: 'test', label: 'test', settings: { timezone: 'UTC', host: 'here' } };
    const record = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined };
    createNormaliser({ derive: new Set() }).normalise(source, record, out);
    expect(out.map(({ fields, sub }) => [sub, fields['event.code'], fields['user.name']])).toEqual([
      [0, '4625', 'x</Event><Event>'],
      [1, '4624', 'bob'],
    ]);
  });

  it('Windows: the end of the root is like a header, not a line of no known format, and moves no time', () => {
    const out: EcsEvent[] = [];
    const source: Source = { id: 'test', label: 'test', settings: { timezone: 'UTC', host: 'here' } };
    const record = { text: '</Events>', offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined };
    createNormaliser({ derive: new Set() }).normalise(source, record, out);
    expect(out).toMatchObject([
      { movesWatermark: false, fields: { 'event.dataset': 'system.security', message: '</Events>' } },
    ]);
  });

  it('MySQL: a user name that looks like another account and host moves neither', () => {
    const line =
      "2026-11-23T06:39:04.123456Z 8 [Note] Access denied for user 'x'@'1.2.3.4'@'203.0.113.9' (using password: YES)";
    expect(read(line)).toMatchObject({ 'user.name': "x'@'1.2.3.4", 'source.ip': '203.0.113.9' });
  });
});
