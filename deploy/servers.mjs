/**
 * Real servers for tests and trials: Kafka and Elasticsearch on loopback, on free ports, in a temporary folder, got by
 * Maven into the user's own cache. Ends exactly what it started, also when the process that asked for them dies.
 *
 *     node deploy/servers.mjs start [--kafka] [--elasticsearch] [--secure] [--json]
 *     node deploy/servers.mjs stop DIR
 *     node deploy/servers.mjs get [--kafka] [--elasticsearch]
 *
 * `start` (neither named: both) prints the addresses and stays until Ctrl-C, `stop DIR` or the end of its parent;
 * `--secure` adds TLS and users; `--json` prints one line `{dir, kafka, elasticsearch}`. `get` only downloads them.
 * Plain JavaScript on Node's own modules: it works before anything is installed.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { missing as elasticsearchMissing } from './servers/elasticsearch.mjs';
import { missing as kafkaMissing } from './servers/kafka.mjs';
import { isCached, obtain } from './servers/maven.mjs';

const NAMES = ['kafka', 'elasticsearch'];
const missing = { kafka: kafkaMissing, elasticsearch: elasticsearchMissing };

/** Why this machine can't run the server `name` (kafka, elasticsearch), in a sentence; undefined where it can. */
export function missingFor(name) {
  return missing[name]();
}

/**
 * Downloads the servers of those names where they aren't on this machine yet, telling `say` before it does: minutes, the
 * first time, so it is done before anything that is bounded in time. Rejects with Maven's words.
 */
export async function getServers(names, say) {
  const absent = names.filter((name) => !isCached(name));
  if (absent.length > 0) say(`Getting ${absent.join(' and ')} by Maven (once on this machine) …`);
  for (const name of absent) await obtain(name);
}

/**
 * Opens a temporary folder with a warden in it, which starts servers on demand: see servers/warden.mjs. It and all it
 * starts end with this process. `close` ends them now.
 */
export async function openWarden() {
  const dir = mkdtempSync(join(tmpdir(), 'sekisho-servers-'));
  // A server that runs as another user has to pass through to its own folder, which is closed to all others.
  chmodSync(dir, 0o711);
  const script = fileURLToPath(new URL('servers/warden.mjs', import.meta.url));
  const warden = spawn(process.execPath, [script, dir], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = new Promise((resolve) => warden.once('close', resolve));
  await new Promise((resolve, reject) => {
    warden.once('error', reject);
    warden.once('close', () => reject(new Error('the warden of the servers ended at once')));
    warden.stdout.once('data', resolve);
  }).catch((error) => {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  });
  const close = async () => {
    warden.ref();
    warden.stdin.end();
    await ended;
  };
  warden.unref();
  warden.stdin.unref?.();
  warden.stdout.unref?.();
  return { dir, close };
}

/** Asks the warden of `dir` for one thing (`start`, `kill`, `restart`, `stop`) and resolves with its answer. */
export function askWarden(dir, request) {
  return new Promise((resolve, reject) => {
    const socket = connect(join(dir, 'control'), () => socket.write(`${JSON.stringify({ id: 1, ...request })}\n`));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the warden of the servers is gone')));
    createInterface({ input: socket }).once('line', (line) => {
      const { value, error } = JSON.parse(line);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
      socket.destroy();
    });
  });
}

/**
 * Starts the servers whose names are keys of `wanted`, with their options, and resolves when they are ready:
 *
 *     const servers = await startServers({ kafka: { secure: true }, elasticsearch: {} });
 *     servers.kafka.brokers; servers.elasticsearch.node;
 *     await servers.restart('kafka');
 *     await servers.stop();
 */
export async function startServers(wanted) {
  const { dir, close } = await openWarden();
  try {
    const names = Object.keys(wanted);
    const ask = (server) => askWarden(dir, { do: 'start', server, options: wanted[server] });
    const addresses = await Promise.all(names.map(ask));
    return {
      dir,
      ...Object.fromEntries(names.map((name, i) => [name, addresses[i]])),
      kill: (server) => askWarden(dir, { do: 'kill', server }),
      restart: (server) => askWarden(dir, { do: 'restart', server }),
      stop: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(flags) {
  const names = await get(flags);
  if (!flags.has('--json')) process.stderr.write(`Starting ${names.join(' and ')} …\n`);
  const options = { secure: flags.has('--secure') };
  const servers = await startServers(Object.fromEntries(names.map((name) => [name, options])));
  const { dir, kafka, elasticsearch } = servers;
  delete kafka?.tools;
  process.stdout.write(flags.has('--json') ? `${JSON.stringify({ dir, kafka, elasticsearch })}\n` : told(servers));
  await untilToldToEnd(dir);
  await servers.stop();
}

/** Downloads what the flags name (neither named: both) and returns the names; an Error says why it can't. */
async function get(flags) {
  const named = NAMES.filter((name) => flags.has(`--${name}`));
  const names = named.length > 0 ? named : NAMES;
  const reasons = names.map(missingFor).filter((reason) => reason !== undefined);
  if (reasons.length > 0) throw new Error(reasons.join('\n'));
  await getServers(names, (line) => process.stderr.write(`${line}\n`));
  return names;
}

function told({ dir, kafka, elasticsearch }) {
  const lines = [
    kafka && `Kafka          ${kafka.brokers.join()}`,
    kafka?.secure &&
      `Kafka, TLS     ${kafka.secure.brokers.join()} (${kafka.secure.username}, ${kafka.secure.password})`,
    elasticsearch && `Elasticsearch  ${elasticsearch.node}`,
    elasticsearch?.username && `               user ${elasticsearch.username}, password ${elasticsearch.password}`,
    `Stop with Ctrl-C or: node deploy/servers.mjs stop ${dir}`,
  ];
  return lines.filter(Boolean).join('\n') + '\n';
}

/** A signal, the end of the parent, or the end of the warden (`stop DIR`). */
function untilToldToEnd(dir) {
  const parent = process.ppid;
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
    const timer = setInterval(() => {
      if (process.ppid !== parent) end();
    }, 500);
    const watch = connect(join(dir, 'control'));
    const end = () => {
      clearInterval(timer);
      watch.destroy();
      resolve();
    };
    watch.on('error', end).on('close', end);
  });
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

async function main([command, ...rest]) {
  if (command === 'start') return start(new Set(rest));
  if (command === 'get') return get(new Set(rest));
  if (command === 'stop' && rest.length === 1) return askWarden(rest[0], { do: 'stop' });
  refuse('usage: node deploy/servers.mjs start [--kafka] [--elasticsearch] [--secure] [--json] | stop DIR | get');
  process.exitCode = 2;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.slice(2)).then(
    () => process.exit(),
    (error) => {
      refuse(error.message);
      process.exit();
    },
  );
}
