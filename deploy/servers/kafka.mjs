/**
 * One Kafka broker (KRaft, its own controller) on loopback, set up for tests: replication 1 everywhere, transactions,
 * groups that form at once, no topic created by mere use. Plain JavaScript on Node's own modules.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { findJava, runTool } from './java.mjs';
import { STORE_PASSWORD, makeKey } from './keys.mjs';
import { hasMaven, isCached, obtain } from './maven.mjs';
import { freePorts } from './ports.mjs';

const JAVA = 17;
const FOLDER = 'kafka';
const HEAP = '384m';
const MAX_MESSAGE = 4 << 20;

/** The user of the TLS listener, for SASL PLAIN and SCRAM. */
const USER = { username: 'sekisho', password: 'gate-keeper' };

/** Why this server can't run here, in a sentence; undefined where it can. */
export function missing() {
  if (findJava(JAVA) === undefined) return `Kafka needs Java ${JAVA} or newer; install a JDK or set JAVA_HOME`;
  if (!isCached('kafka') && !hasMaven()) return 'Kafka is got by Maven; install it (mvn)';
  return undefined;
}

/**
 * Gets what it needs and sets it up under `dir`; `settle` gives it ports (new ones each time) and returns its address.
 * Options: `secure`, a second listener with TLS and SASL; `users`, more users of that one (SASL PLAIN, the first one's
 * password), who may do only what ACLs allow; `ports` to try first.
 */
export async function prepare(dir, { secure = false, users = [], ports: wanted = [] } = {}) {
  const java = findJava(JAVA);
  const classPath = (await obtain('kafka')).join(delimiter);
  const home = join(dir, FOLDER);
  mkdirSync(home, { mode: 0o700 });
  const key = secure ? await makeKey(java, home) : undefined;
  const properties = join(home, 'server.properties');
  const writeProperties = ([port, controllerPort, securePort]) => {
    const ports = { port, controllerPort, securePort: secure ? securePort : undefined };
    writeFileSync(properties, lines(configuration({ home, key, users, ...ports })));
  };
  const settle = async () => {
    const ports = await freePorts(3, wanted.splice(0));
    writeProperties(ports);
    const [port, , securePort] = ports;
    const address = {
      brokers: [`127.0.0.1:${port}`],
      tools: { java: join(java, 'bin/java'), classPath },
      ...(secure && { secure: { brokers: [`127.0.0.1:${securePort}`], ca: key.certificate, ...USER } }),
    };
    return { address, isReady: () => answersMetadata(port) };
  };
  writeFileSync(join(home, 'log4j2.properties'), lines(LOGGING));
  const jvm = ['-cp', classPath, `-Dlog4j2.configurationFile=${join(home, 'log4j2.properties')}`];
  // Formatting opens no port.
  writeProperties([1, 2, 3]);
  await format(java, jvm, properties, secure);
  return {
    home,
    command: join(java, 'bin/java'),
    args: [
      `-Xmx${HEAP}`,
      `-Xms${HEAP}`,
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Djava.awt.headless=true',
      ...jvm,
      'kafka.Kafka',
      properties,
    ],
    settle,
  };
}

function configuration({ home, port, controllerPort, securePort, key, users }) {
  const listeners = [`PLAINTEXT://127.0.0.1:${port}`, ...(securePort ? [`SECURE://127.0.0.1:${securePort}`] : [])];
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${controllerPort}`].join(),
    'advertised.listeners': listeners.join(),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'log.dirs': join(home, 'data'),
    'auto.create.topics.enable': false,
    'num.partitions': 1,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'message.max.bytes': MAX_MESSAGE,
    'replica.fetch.max.bytes': MAX_MESSAGE,
    'log.cleaner.dedupe.buffer.size': 8 << 20,
    // A broker that was killed is let back in when its old session has ended.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 400,
    'num.network.threads': 2,
    'num.io.threads': 2,
    ...(key && security(key, users)),
    ...(users.length > 0 && AUTHORIZED),
  };
}

/** Whoever comes without TLS (the controller, tests) and the first user may do everything, others what ACLs say. */
const AUTHORIZED = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': `User:ANONYMOUS;User:${USER.username}`,
};

function security(key, users) {
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  const passwords = [USER.username, ...users].map((name) => `user_${name}="${USER.password}"`);
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return {
    'ssl.keystore.location': key.store,
    'ssl.keystore.password': STORE_PASSWORD,
    'ssl.keystore.type': 'PKCS12',
    'listener.name.secure.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secure.plain.sasl.jaas.config': `${plain} required ${passwords.join(' ')};`,
    'listener.name.secure.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.secure.scram-sha-512.sasl.jaas.config': scram,
  };
}

const LOGGING = {
  'appender.out.type': 'Console',
  'appender.out.name': 'out',
  'appender.out.layout.type': 'PatternLayout',
  'appender.out.layout.pattern': '%d %p %c{1} %m%n',
  'rootLogger.level': 'warn',
  'rootLogger.appenderRef.out.ref': 'out',
};

/** Writes the empty log, with the SCRAM users where there is a listener for them. */
async function format(java, jvm, properties, secure) {
  // The tool takes an id that begins with a dash for an option.
  const cluster = `A${randomBytes(16).toString('base64url').slice(1)}`;
  const scram = (mechanism) => ['-S', `${mechanism}=[name=${USER.username},password=${USER.password}]`];
  const users = secure ? [...scram('SCRAM-SHA-256'), ...scram('SCRAM-SHA-512')] : [];
  const tool = ['kafka.tools.StorageTool', 'format', '-t', cluster, '-c', properties, ...users];
  const args = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...jvm, ...tool];
  await runTool(join(java, 'bin/java'), args);
}

function lines(entries) {
  return Object.entries(entries)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/**
 * Whether the broker lists itself: asks for metadata (Kafka protocol, Metadata request v4) and looks at the number of
 * brokers in the answer. A port that merely accepts connections may belong to a broker that is still starting.
 */
function answersMetadata(port) {
  const body = Buffer.from([0, 3, 0, 4, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0]);
  const request = Buffer.concat([Buffer.from([0, 0, 0, body.length]), body]);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const end = (ready) => {
      socket.destroy();
      resolve(ready);
    };
    let answer = Buffer.alloc(0);
    socket.setTimeout(2000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => resolve(false));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      // Length 4, correlation 4, throttle 4, then the number of brokers.
      if (answer.length >= 16) end(answer.readInt32BE(12) > 0);
    });
  });
}
