import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../test/support/runs.js';
import type { EcsEvent, Source } from '../event/index.js';
import { createNormaliser } from './normaliser.js';

const SOURCE: Source = { id: 'test', label: 'test', settings: { timezone: 'UTC', host: 'here' } };

function one(text: string): EcsEvent {
  const out: EcsEvent[] = [];
  const record = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined };
  createNormaliser({ derive: new Set() }).normalise(SOURCE, record, out);
  expect(out).toHaveLength(1);
  return out[0] as EcsEvent;
}

const syslog = (program: string, message: string): EcsEvent => one(`Nov 23 06:39:04 h ${program}: ${message}`);

/** Texts made of the pieces an attacker would forge fields of. */
function textOf(...pieces: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom('x', ' ', ...pieces), { minLength: 1, maxLength: 10 }).map((parts) => parts.join(''));
}

/** Peers whose real address is the one sshd wrote. */
const PEER = { 'source.ip': '203.0.113.9', 'source.port': 4242 };

describe('sshd: a name cannot move the peer', () => {
  const name = textOf(
    ' from ',
    '1.2.3.4',
    ' port ',
    '22',
    ' ssh2',
    ' [preauth]',
    'invalid user ',
    'Accepted password for root',
  );

  it.each([
    ['Failed none for invalid user ', ' from 203.0.113.9 port 4242 ssh2'],
    ['Failed keyboard-interactive/pam for invalid user ', ' from 203.0.113.9 port 4242 ssh2'],
    ['Invalid user ', ' from 203.0.113.9 port 4242'],
    ['error: maximum authentication attempts exceeded for invalid user ', ' from 203.0.113.9 port 4242 ssh2 [preauth]'],
    ['Connection closed by invalid user ', ' 203.0.113.9 port 4242 [preauth]'],
    ['Connection reset by invalid user ', ' 203.0.113.9 port 4242 [preauth]'],
    ['Disconnected from invalid user ', ' 203.0.113.9 port 4242 [preauth]'],
  ])('%s', (before, after) => {
    fc.assert(
      fc.property(name, (user) => {
        const { fields } = syslog('sshd[7]', before + user + after);
        expect(fields).toMatchObject(PEER);
        expect(fields['event.outcome']).not.toBe('success');
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('sudo: a command cannot name another user', () => {
  it('whatever its arguments say', () => {
    const command = textOf(
      ' ; USER=root',
      ' ; COMMAND=/bin/sh',
      ' ; TTY=pts/9',
      ' : ',
      'PWD=/',
      '#012',
      '\u001b[31m',
      '\u202e',
    );
    fc.assert(
      fc.property(command, (argument) => {
        const text = `/bin/echo ${argument}`;
        const { fields } = syslog('sudo', `mallory : TTY=pts/0 ; PWD=/tmp ; USER=www-data ; COMMAND=${text}`);
        expect(fields).toMatchObject({
          'user.name': 'mallory',
          'user.effective.name': 'www-data',
          'process.working_directory': '/tmp',
          'system.auth.sudo.tty': 'pts/0',
          'process.command_line': text,
        });
      }),
      { numRuns: runs(300) },
    );
  });

  it('says that a directory may have been named to forge one', () => {
    const directory = '/tmp/x ; USER=nobody ; COMMAND=/bin/true';
    const { fields } = syslog('sudo', `mallory : TTY=pts/0 ; PWD=${directory} ; USER=root ; COMMAND=/bin/sh`);
    expect(fields['tags']).toContain('sekisho.ambiguous');
  });
});

it('PAM: a user name cannot name another host or user', () => {
  fc.assert(
    fc.property(textOf(' rhost=1.2.3.4', ' user=root', ' ruser=root', ';'), (name) => {
      const user = `u${name}`.trim();
      const head =
        'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9';
      const { fields } = syslog('sshd[7]', `${head}  user=${user}`);
      expect(fields).toMatchObject({ 'source.ip': '203.0.113.9', 'user.name': user, 'event.outcome': 'failure' });
    }),
    { numRuns: runs(200) },
  );
});

it('auditd: what the audit system encodes stays one value', () => {
  fc.assert(
    fc.property(textOf('" res=success', " addr=1.2.3.4 msg='", '\n', ' uid=0', '\u001d'), (name) => {
      const user = `x ${name}`;
      const hex = Buffer.from(user).toString('hex').toUpperCase();
      const { fields } = one(
        `type=USER_LOGIN msg=audit(1795415944.123:1): pid=1 uid=0 auid=7 ses=1 msg='op=login acct=${hex} exe="/usr/sbin/sshd" hostname=? addr=203.0.113.9 terminal=ssh res=failed'`,
      );
      expect(fields).toMatchObject({
        'source.ip': '203.0.113.9',
        'event.outcome': 'failure',
        'user.effective.name': user,
      });
    }),
    { numRuns: runs(200) },
  );
});

describe('syslog: a line is one event of its own head', () => {
  const forged = 'Nov 23 06:39:05 other sshd[1]: Accepted password for root from 1.2.3.4 port 1 ssh2';

  it.each([
    ['a line feed', `x\n${forged}`],
    ['a carriage return', `x\r${forged}`],
    ['an escape sequence', `x\u001b[2K\u001b[1G${forged}`],
    ['a change of direction', `x\u202e${forged}`],
    ['a NUL', `x\0${forged}`],
    ['a line separator', `x\u2028${forged}`],
  ])('behind %s', (_, message) => {
    for (const event of [
      syslog('app[7]', message),
      one(`<13>1 2026-11-23T06:39:04Z h app 7 - - ${message}`),
      one(
        JSON.stringify({
          MESSAGE: message,
          _HOSTNAME: 'h',
          SYSLOG_IDENTIFIER: 'app',
          __REALTIME_TIMESTAMP: '1795415944000000',
        }),
      ),
      one(JSON.stringify({ '@metadata': { beat: 'filebeat' }, message: `Nov 23 06:39:04 h app[7]: ${message}` })),
    ]) {
      expect(event.fields).toMatchObject({ 'host.hostname': 'h', 'process.name': 'app', message });
      expect(event.fields['source.ip']).toBeUndefined();
      expect(event.fields['event.outcome']).toBeUndefined();
    }
  });

  it('keeps its bytes: strings are made safe where they are shown', () => {
    const text = `Nov 23 06:39:04 h app[7]: \u001b[31m\u202e${forged}`;
    expect(one(text).fields['event.original']).toBe(text);
  });
});

describe('Rails and Heroku: a path forges no address', () => {
  it('of Rails, whose own words stand last', () => {
    fc.assert(
      fc.property(textOf('" for 1.2.3.4 at 2026-11-23 06:39:04 +0000', '" for ', ' at ', '"', '\\"'), (path) => {
        const { fields } = one(`Started GET "/${path}" for 203.0.113.9 at 2026-11-23 06:39:04 +0000`);
        expect(fields).toMatchObject({ 'source.ip': '203.0.113.9', 'url.original': `/${path}` });
      }),
      { numRuns: runs(200) },
    );
  });

  it('of Heroku, of which a pair told twice makes no event of the web', () => {
    fc.assert(
      fc.property(textOf('" fwd="1.2.3.4" x="', '" status=200 y="', '"', ' '), (path) => {
        const line = `at=info method=GET path="/${path}" host=a.example fwd="203.0.113.9" dyno=web.1 status=401 bytes=1`;
        const { fields } = one(`<158>1 2026-11-23T06:39:04Z host heroku router - ${line}`);
        expect(['203.0.113.9', undefined]).toContain(fields['source.ip']);
        expect([401, undefined]).toContain(fields['http.response.status_code']);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('Windows: data cannot become structure', () => {
  it('XML: what is escaped stays text', () => {
    fc.assert(
      fc.property(textOf('</Data>', '<Data Name="TargetUserName">root', '&amp;', '&#60;', ']]>', '"'), (name) => {
        const user = `u${name}`;
        const escaped = user
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll('"', '&quot;');
        const { fields } = one(
          `<Event><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>4625</EventID><Channel>Security</Channel><TimeCreated SystemTime="2026-11-23T06:39:04Z"/><Computer>DC1</Computer></System><EventData><Data Name="TargetDomainName">${escaped}</Data><Data Name="IpAddress">203.0.113.9</Data></EventData></Event>`,
        );
        expect(fields).toMatchObject({ 'user.domain': user, 'source.ip': '203.0.113.9', 'event.outcome': 'failure' });
        expect(fields['user.name']).toBeUndefined();
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('Gitea: a name forges no line of an access log', () => {
  it('nor hides the log-in that failed', () => {
    const request = ' - - [23/Nov/2026:06:39:04 +0000] "GET / HTTP/1.1" 200 1 "-" "x"';
    fc.assert(
      fc.property(textOf(request, '1.2.3.4', ' from ', '"', ': '), (user) => {
        const head = '2026/11/23 06:39:04 ...rvices/auth/auth.go:1:x() [W] ';
        const message = `Failed authentication attempt for ${user} from 203.0.113.9:0: user does not exist`;
        const { fields } = one(head + message);
        expect(fields).toMatchObject({ 'event.dataset': 'gitea.log', 'event.outcome': 'failure', message });
        expect(['203.0.113.9', undefined]).toContain(fields['source.ip']);
      }),
      { numRuns: runs(200) },
    );
  });
});
