import type { Chance, Doc } from './varied.js';

const AGENT: Doc = { ephemeral_id: 'e1', id: 'a1', name: 'web1', type: 'filebeat', version: '8.15.0' };
const CLIENT: Doc = { address: '«ip»', ip: '«ip»' };
const REQUEST: Doc = {
  http: { request: { method: 'GET' }, response: { status_code: 200, body: { bytes: '#1«n»' } }, version: '1.1' },
};
const LINKED: Doc = {
  http: {
    request: { method: 'GET', referrer: 'https://www.example.com/' },
    response: { status_code: 200, body: { bytes: '#1«n»' } },
    version: '1.1',
  },
};
const BROWSER: Doc = {
  original: 'Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0',
  name: 'Firefox',
  version: '121.0',
  os: { name: 'Linux' },
  device: { name: 'Other' },
};
const PATH: Doc = { path: '/tours/«n»', original: '/tours/«n»' };
const QUERY: Doc = { path: '/search', query: 'q=«n»', original: '/search?q=«n»' };
const ACCESS: Doc = { category: ['web'], type: ['access'], outcome: 'success' };

/** What the modules make of lines: how often, which module and file set, what they say of the event, and their own fields. */
const LINES: readonly (readonly [
  weight: number,
  [module: string, fileset: string, path: string, event: Doc, fields: Doc],
])[] = [
  [
    30,
    [
      'nginx',
      'access',
      '/var/log/nginx/access.log',
      ACCESS,
      { nginx: { access: { remote_ip_list: ['«ip»'] } }, source: CLIENT, ...REQUEST, url: PATH, user_agent: BROWSER },
    ],
  ],
  [
    15,
    [
      'nginx',
      'access',
      '/var/log/nginx/access.log',
      ACCESS,
      { nginx: { access: { remote_ip_list: ['«ip»'] } }, source: CLIENT, ...LINKED, url: QUERY, user_agent: BROWSER },
    ],
  ],
  [
    3,
    [
      'nginx',
      'error',
      '/var/log/nginx/error.log',
      { category: ['web'], type: ['error'] },
      { message: 'open() "/srv/«n»" failed', nginx: { error: { connection_id: '#1«n»' } }, process: { pid: '#1«n»' } },
    ],
  ],
  [
    15,
    [
      'apache',
      'access',
      '/var/log/apache2/access.log',
      ACCESS,
      { apache: { access: {} }, source: CLIENT, ...REQUEST, url: PATH, user_agent: BROWSER },
    ],
  ],
  [
    12,
    [
      'system',
      'auth',
      '/var/log/auth.log',
      { category: ['authentication'], type: ['info'], action: 'ssh_login', outcome: 'failure' },
      {
        system: { auth: { ssh: { method: 'password', event: 'Failed' } } },
        process: { name: 'sshd', pid: '#1«n»' },
        user: { name: '«user»' },
        source: { ip: '«ip»', port: '#5«n»' },
        related: { ip: ['«ip»'], user: ['«user»'] },
      },
    ],
  ],
  [
    5,
    [
      'system',
      'auth',
      '/var/log/auth.log',
      { category: ['process'], type: ['info'] },
      {
        system: { auth: { sudo: { tty: 'pts/0', pwd: '/root', user: 'root', command: '/usr/bin/id «n»' } } },
        process: { name: 'sudo' },
        user: { name: '«user»' },
        related: { user: ['«user»'] },
      },
    ],
  ],
  [
    12,
    [
      'system',
      'syslog',
      '/var/log/syslog',
      {},
      { message: 'Started session «n» of user «user».', process: { name: 'systemd', pid: '#1«n»' } },
    ],
  ],
  [
    8,
    [
      'postgresql',
      'log',
      '/var/log/postgresql/postgresql-16-main.log',
      { category: ['database'], type: ['info'], duration: '#1«n»' },
      {
        message: 'duration: 0.«n» ms',
        postgresql: { log: { database: 'shop', query: 'select «n»', timestamp: '«stamp».000 UTC' } },
        process: { pid: '#1«n»' },
        user: { name: '«user»' },
      },
    ],
  ],
];

/**
 * A document as Filebeat's modules make it of a line on a web server: eight kinds of lines of four modules. Shapes: Elastic's
 * "Filebeat Reference", "Exported fields" and the modules' pages. How often each comes is ours.
 */
export function filebeat(chance: Chance): Doc {
  const [module, fileset, path, event, fields] = chance.among(LINES);
  return {
    '@timestamp': '«stamp».000Z',
    agent: AGENT,
    ecs: { version: '8.11.0' },
    event: { ...event, kind: 'event', module, dataset: `${module}.${fileset}`, timezone: '+00:00' },
    fileset: { name: fileset },
    host: { name: 'web1', hostname: 'web1', os: { family: 'debian', name: 'Debian', version: '12' } },
    input: { type: 'log' },
    log: { file: { path }, offset: '#1«n»' },
    service: { type: module },
    ...fields,
  };
}
