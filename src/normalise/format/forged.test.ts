import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EcsEvent, Fields, Source } from '../../event/index.js';
import { createNormaliser } from '../normaliser.js';

/** What a client writes into a web server's, proxy's or database's log can't become another field of its event. */
function read(text: string, type?: string): Fields {
  const settings = { timezone: 'UTC', host: 'here', ...(type !== undefined && { type }) };
  const source: Source = { id: 'test', label: 'test', settings };
  const out: EcsEvent[] = [];
  const record = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined };
  createNormaliser({ derive: new Set() }).normalise(source, record, out);
  expect(out).toHaveLength(1);
  return out[0]?.fields ?? {};
}

/** nginx's `escape=default`. */
function nginx(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte < 32 || byte > 126 || byte === 34 || byte === 92
        ? `\\x${byte.toString(16).padStart(2, '0').toUpperCase()}`
        : String.fromCharCode(byte),
    )
    .join('');
}

/** Apache's escaping: quotes and backslashes by a backslash, control characters by name or in hexadecimal. */
function apache(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      if (byte === 34 || byte === 92) return `\\${String.fromCharCode(byte)}`;
      return byte < 32 || byte > 126 ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte);
    })
    .join('');
}

const FAKES = [
  '192.0.2.66',
  ' - - ',
  ' ',
  '"',
  '\\',
  '[23/Nov/2026:00:00:00 +0000]',
  ' "GET /admin HTTP/1.1" 200 1 "-" "-"',
  '\r\n192.0.2.66 - - [23/Nov/2026:06:39:04 +0000] "GET /admin HTTP/1.1" 200 1',
  '\u001b[2K',
  '\u202e',
  'shop.example:443',
  ', client: 192.0.2.66',
  ', server: x, request: "GET /admin HTTP/1.1"',
  ' X-Forwarded-For="192.0.2.66"',
  ' 200 ',
  'root',
];
const words = fc.array(fc.constantFrom(...FAKES), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));

describe('access logs', () => {
  it('nginx: no user name, agent or referrer becomes the source, the request or the status', () => {
    fc.assert(
      fc.property(words, words, words, (user, referrer, agent) => {
        const fields = read(
          `203.0.113.9 - ${nginx(user)} [23/Nov/2026:06:39:04 +0000] "GET /x HTTP/1.1" 404 1 "${nginx(referrer)}" "${nginx(agent)}"`,
        );
        expect(fields['source.ip']).toBe('203.0.113.9');
        expect(fields['http.response.status_code']).toBe(404);
        expect(fields['url.original']).toBe('/x');
        expect(fields['user_agent.original']).toBe(agent);
        expect(fields['http.request.referrer']).toBe(referrer);
        expect(fields['destination.domain']).toBeUndefined();
      }),
    );
  });

  it('Apache: the same, a forwarded address is never the source', () => {
    fc.assert(
      fc.property(words, words, (user, agent) => {
        const fields = read(
          `203.0.113.9 - ${apache(user)} [23/Nov/2026:06:39:04 +0000] "GET /x HTTP/1.1" 404 1 "-" "${apache(agent)}"`,
          'apache.access',
        );
        expect(fields['source.ip']).toBe('203.0.113.9');
        expect(fields['http.response.status_code']).toBe(404);
        expect(fields['user_agent.original']).toBe(agent);
        expect(fields['network.forwarded_ip']).toBeUndefined();
      }),
    );
  });

  it('ingress-nginx and Traefik: a user name with brackets, times and quotes neither forges nor hides the line', () => {
    fc.assert(
      fc.property(words, (user) => {
        const head = `203.0.113.9 - ${nginx(user)} [23/Nov/2026:06:39:04 +0000] "GET /x HTTP/1.1" 404 1 "-" "x"`;
        const ingress = read(`${head} 89 0.001 [u] [] 172.17.0.5:8080 59 0.004 404 05a9`, 'nginx_ingress_controller');
        const traefik = read(`${head} 5 "web@docker" "http://172.17.0.5:80" 2ms`, 'traefik.access');
        for (const fields of [ingress, traefik]) {
          expect(fields['source.ip']).toBe('203.0.113.9');
          expect(fields['http.response.status_code']).toBe(404);
          expect(fields['url.original']).toBe('/x');
        }
      }),
    );
  });

  it('a request that is no request sets no method and no URL', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (garbage) => {
        const fields = read(
          `203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "\u007f${nginx(garbage)}" 400 0 "-" "-"`.replace(
            '\u007f',
            '\\x16',
          ),
        );
        expect(fields['source.ip']).toBe('203.0.113.9');
        expect(fields['http.request.method']).toBeUndefined();
        expect(fields['http.response.status_code']).toBe(400);
      }),
    );
  });
});

describe('error logs', () => {
  it('nginx: a path that imitates the fields behind it never becomes the source', () => {
    fc.assert(
      fc.property(words, (path) => {
        const shown = path.replaceAll('\r\n', '');
        const fields = read(
          `2026/11/23 06:39:04 [error] 7#7: *1 open() "/srv/${shown}" failed (2: No such file or directory), client: 203.0.113.9, server: s, request: "GET /x HTTP/1.1", host: "h"`,
        );
        expect([undefined, '203.0.113.9']).toContain(fields['source.ip']);
      }),
    );
  });

  it('Apache: what stands behind the head names no client', () => {
    fc.assert(
      fc.property(words, (path) => {
        const fields = read(
          `[Mon Nov 23 06:39:04.123456 2026] [core:error] [pid 1:tid 2] [client 203.0.113.9:4711] AH00128: File does not exist: /srv/${apache(path)} [client 192.0.2.66:1]`,
        );
        expect(fields['source.ip']).toBe('203.0.113.9');
        expect(fields['source.port']).toBe(4711);
      }),
    );
  });
});

describe('proxies and databases', () => {
  it('HAProxy: the request, in quotes at the end, forges nothing before it', () => {
    fc.assert(
      fc.property(words, (target) => {
        const shown = target.replaceAll('"', '#22').replaceAll(/[^ -~]/g, '#0A');
        const fields = read(
          `203.0.113.9:51234 [23/Nov/2026:06:39:04.123] fe be/s1 0/0/1/1/2 403 212 - - ---- 1/1/0/0/0 0/0 "GET /${shown} HTTP/1.1"`,
        );
        expect(fields['source.ip']).toBe('203.0.113.9');
        expect(fields['http.response.status_code']).toBe(403);
        expect(fields['haproxy.backend_name']).toBe('be');
      }),
    );
  });

  it('PostgreSQL: a user name that imitates the prefix never becomes the client', () => {
    for (const user of [
      'a,client=192.0.2.66',
      'a client=192.0.2.66 ',
      'x FATAL:  y',
      'a,db=b,app=c,client=192.0.2.66',
    ]) {
      const fields = read(
        `2026-11-23 06:39:04 UTC [1]: [3-1] user=${user},db=shop,app=psql,client=203.0.113.9 FATAL:  password authentication failed for user "${user}"`,
      );
      expect([undefined, '203.0.113.9']).toContain(fields['source.ip']);
    }
  });

  it('MySQL: a user name that imitates the host never becomes the client', () => {
    const user = "root'@'192.0.2.66' (using password: YES)";
    const fields = read(
      `2026-11-23T06:39:04.123456Z 25 [Note] Access denied for user '${user}'@'203.0.113.9' (using password: YES)`,
    );
    expect(fields['source.ip']).toBe('203.0.113.9');
  });

  it('slow logs: a query that imitates the comments changes no figure', () => {
    const fields = read(
      [
        '# User@Host: app[app] @ web1 [203.0.113.9]  Id: 5',
        '# Query_time: 1.5  Lock_time: 0.1  Rows_sent: 1  Rows_examined: 2',
        'SET timestamp=1795428672;',
        'SELECT 1; # Rows_sent: 99',
        '# User@Host: root[root] @ x [192.0.2.66]',
        '# Query_time: 99',
      ].join('\n'),
      'mysql.slowlog',
    );
    expect(fields).toMatchObject({ 'source.ip': '203.0.113.9', 'mysql.slowlog.rows_sent': 1, 'event.duration': 1.5e9 });
  });

  it('ModSecurity: a header of the request is never the user', () => {
    const fields = read(
      JSON.stringify({
        transaction: { time: '23/Nov/2026:06:39:04 +0000', transaction_id: 'x', remote_address: '203.0.113.9' },
        request: { request_line: 'GET / HTTP/1.1', headers: { Host: 'h', REMOTE_USER: 'root' } },
        response: { status: 200 },
        audit_data: { server: 'Apache' },
      }),
    );
    expect(fields['user.name']).toBeUndefined();
    expect(fields['source.ip']).toBe('203.0.113.9');
  });
});
