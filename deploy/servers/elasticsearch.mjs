/**
 * One Elasticsearch node on loopback, from the distribution that Elastic publishes for integration tests: the real
 * server without data streams, lifecycle management, Painless and `GET /`. Plain JavaScript on Node's own modules.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { join } from 'node:path';
import { findJava } from './java.mjs';
import { STORE_PASSWORD, makeKey } from './keys.mjs';
import { hasMaven, isCached, obtain } from './maven.mjs';
import { freePorts } from './ports.mjs';
import { unpack } from './zip.mjs';

const JAVA = 21;
const FOLDER = 'elasticsearch';
const HEAP = '512m';

/** The first user, of the role superuser. */
const USER = { username: 'sekisho', password: 'gate-keeper' };

/** Users with less: what `sekisho setup --dry-run` says that a member needs, and one who may only read. */
const ROLES = {
  member: {
    cluster: ['monitor'],
    indices: [
      {
        names: ['sekisho-alerts-*'],
        privileges: ['create_index', 'index', 'read', 'view_index_metadata', 'delete_index'],
      },
    ],
  },
  reader: { cluster: ['monitor'], indices: [{ names: ['sekisho-alerts-*'], privileges: ['read'] }] },
};

/** The server refuses to run as root: it then gets the user that owns nothing (nobody). */
const NOBODY = 65534;

/** Why this server can't run here, in a sentence; undefined where it can. */
export function missing() {
  if (process.platform === 'win32') return 'Elasticsearch is started by a shell script; there is none on Windows';
  if (findJava(JAVA) === undefined) return `Elasticsearch needs Java ${JAVA} or newer; install a JDK or set JAVA_HOME`;
  if (!isCached('elasticsearch') && !hasMaven()) return 'Elasticsearch is got by Maven; install it (mvn)';
  return undefined;
}

/**
 * Gets what it needs and sets it up under `dir`; `settle` gives it ports (new ones each time) and returns its address.
 * Options: `secure`, with TLS and users; `ports` to try first.
 */
export async function prepare(dir, { secure = false, ports: wanted = [] } = {}) {
  const java = findJava(JAVA);
  const [archive] = await obtain('elasticsearch');
  const home = join(dir, FOLDER);
  mkdirSync(home, { mode: 0o700 });
  unpack(archive, home);
  const key = secure ? await makeKey(java, join(home, 'config')) : undefined;
  if (secure) writeUsers(join(home, 'config'));
  const asRoot = process.getuid() === 0;
  if (asRoot) giveAway(home);
  const jvm = `-Xms${HEAP} -Xmx${HEAP} -XX:-UseG1GC -XX:+UseSerialGC -XX:TieredStopAtLevel=1`;
  const settle = async () => {
    const [port, transportPort] = await freePorts(2, wanted.splice(0));
    const file = join(home, 'config/elasticsearch.yml');
    writeFileSync(file, configuration({ home, port, transportPort, secure }));
    if (asRoot) chownSync(file, NOBODY, NOBODY);
    const node = `http${secure ? 's' : ''}://127.0.0.1:${port}`;
    const address = { node, ...(secure && { ca: key.certificate, ...USER, roles: ROLES }) };
    return { address, isReady: () => isHealthy(address) };
  };
  return {
    home,
    command: 'bash',
    args: [join(home, 'bin/elasticsearch')],
    env: {
      ES_JAVA_HOME: java,
      ES_JAVA_OPTS: jvm,
      CLI_JAVA_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
      HOME: home,
    },
    ...(asRoot && { uid: NOBODY, gid: NOBODY }),
    settle,
  };
}

function configuration({ home, port, transportPort, secure }) {
  const settings = {
    'cluster.name': 'sekisho',
    'node.name': 'node',
    'discovery.type': 'single-node',
    'network.host': '127.0.0.1',
    'http.port': port,
    'transport.port': transportPort,
    'path.data': join(home, 'data'),
    'path.logs': join(home, 'logs'),
    'cluster.routing.allocation.disk.threshold_enabled': false,
    'action.destructive_requires_name': false,
    'xpack.security.enabled': secure,
    'xpack.security.autoconfiguration.enabled': false,
    ...(secure && {
      'xpack.security.authc.api_key.enabled': true,
      'xpack.security.http.ssl.enabled': true,
      'xpack.security.http.ssl.keystore.path': 'tls.p12',
      'xpack.security.http.ssl.keystore.password': STORE_PASSWORD,
    }),
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('');
}

/**
 * The file realm: `users` with PBKDF2 hashes as the server writes them, `users_roles` with who has which role. Users of
 * `ROLES` are called as their role and have the same password.
 */
function writeUsers(config) {
  const salt = randomBytes(32);
  const iterations = 1000;
  const hash = pbkdf2Sync(USER.password, salt, iterations, 32, 'sha512');
  const entry = `{PBKDF2}${iterations}$${salt.toString('base64')}$${hash.toString('base64')}`;
  const names = Object.keys(ROLES);
  const lines = (list) => list.map((line) => `${line}\n`).join('');
  writeFileSync(join(config, 'users'), lines([USER.username, ...names].map((name) => `${name}:${entry}`)));
  writeFileSync(join(config, 'users_roles'), lines([`superuser:${USER.username}`, ...names.map((n) => `${n}:${n}`)]));
  writeFileSync(join(config, 'roles.yml'), lines(names.map((name) => `${name}: ${JSON.stringify(ROLES[name])}`)));
}

function giveAway(path) {
  chownSync(path, NOBODY, NOBODY);
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) giveAway(join(path, name));
}

/** Whether the cluster says yellow or better. */
function isHealthy({ node, ca, username, password }) {
  const url = `${node}/_cluster/health?wait_for_status=yellow&timeout=1s`;
  const options = { timeout: 3000, ...(ca && { ca, auth: `${username}:${password}` }) };
  return new Promise((resolve) => {
    const request = (ca ? getSecure : getPlain)(url, options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
