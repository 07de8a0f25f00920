/**
 * The warden: a process that owns the servers of one folder, starts them on demand and ends them.
 *
 *     node warden.mjs DIR
 *
 * Lives as long as its standard input is open, so it ends whoever started it dies and however; then it kills exactly
 * the processes that it started, and removes DIR. Whoever may open DIR/control asks it, one JSON object a line:
 *
 *     {"id": 1, "do": "start", "server": "kafka", "options": {"secure": true}}    starts once; answers the address
 *     {"id": 2, "do": "kill", "server": "kafka"}                                  SIGKILL, as a crash
 *     {"id": 3, "do": "restart", "server": "kafka"}                               kill, then start: same port and data
 *     {"id": 4, "do": "stop"}                                                     everything; answers when it is gone
 *
 * Answers: {"id": 1, "value": …} or {"id": 1, "error": "…"}. Plain JavaScript on Node's own modules.
 */
import { spawn } from 'node:child_process';
import { chmodSync, closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as elasticsearch from './elasticsearch.mjs';
import * as kafka from './kafka.mjs';
import { tellsOfTakenPort } from './ports.mjs';

/** A server is up in 4 to 10 s on two idle cores; this only bounds a hang. */
const READY_LIMIT_MS = 300_000;
const POLL_MS = 150;
/** How often a server is started again whose port somebody else took. */
const PORT_TRIES = 5;
/** Killed processes are gone at once, or wait (as zombies) for a parent that does not ask after them. */
const GONE_LIMIT_MS = 10_000;

const kinds = { kafka, elasticsearch };
const dir = process.argv[2];
/** Name → promise of the prepared server; name → the running process. */
const prepared = new Map();
const starting = new Map();
const processes = new Map();

const deeds = {
  start: ({ server, options }) => start(server, options),
  kill: ({ server }) => kill(server),
  restart: async ({ server }) => {
    await kill(server);
    return start(server);
  },
  stop: () => stop(),
};

/** Prepares at most once, runs at most one process: whoever comes second gets the same answer. */
function start(name, options) {
  if (kinds[name] === undefined) throw new Error(`no server is called ${name}`);
  if (!prepared.has(name)) prepared.set(name, kinds[name].prepare(dir, options));
  if (!starting.has(name)) starting.set(name, launch(name));
  return starting.get(name);
}

/**
 * Runs a server until it is ready. A lost race for a port is run again with others; a server that was ready once keeps
 * its ports, since its clients know them, and waits for them.
 */
async function launch(name) {
  const server = await prepared.get(name);
  for (let tries = 1; ; tries++) {
    server.settled ??= await server.settle();
    const { pid, trouble, said } = await run(name, server);
    if (trouble === undefined) {
      server.wasReady = true;
      return { ...server.settled.address, pid };
    }
    await kill(name, { forget: false });
    if (tries === PORT_TRIES || stopping || !tellsOfTakenPort(said)) throw new Error(`${trouble}: ${lastLines(said)}`);
    if (server.wasReady) await sleep(1000);
    else server.settled = undefined;
  }
}

/** Runs a server once: its process; else in `trouble` why it isn't ready, in `said` its log. */
async function run(name, server) {
  if (stopping) return { trouble: 'the warden is stopping', said: '' };
  const { command, args, env, uid, gid, home, settled } = server;
  const file = join(dir, `${name}.log`);
  const log = openSync(file, 'a');
  const from = statSync(file).size;
  const child = spawn(command, args, {
    cwd: home,
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
    detached: true,
    ...(uid !== undefined && { uid, gid }),
  });
  closeSync(log);
  const ended = new Promise((resolve) => child.once('close', resolve));
  let failure;
  child.once('error', (error) => (failure = error));
  processes.set(name, { child, ended });
  for (const limit = Date.now() + READY_LIMIT_MS; !(await settled.isReady()); await sleep(POLL_MS)) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    const said = () => readFileSync(file).subarray(from).toString('utf8');
    if (failure !== undefined) return { trouble: `${name} can't be started`, said: failure.message };
    if (hasEnded) return { trouble: `${name} ended`, said: said() };
    if (Date.now() > limit) return { trouble: `${name} wasn't ready in time`, said: said() };
  }
  return { pid: child.pid };
}

/** Kills the process group of a server; done when its processes are gone. */
async function kill(name, { forget = true } = {}) {
  const running = processes.get(name);
  processes.delete(name);
  if (forget) starting.delete(name);
  if (running === undefined || running.child.pid === undefined) return null;
  signalGroup(running.child.pid, 'SIGKILL');
  await running.ended;
  for (const limit = Date.now() + GONE_LIMIT_MS; signalGroup(running.child.pid, 0); await sleep(20)) {
    if (Date.now() > limit) break;
  }
  return null;
}

/** False where no process of the group is left. The group's number can't be another's while one of ours is in it. */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

let stopping;

function stop() {
  stopping ??= (async () => {
    await Promise.all([...processes.keys()].map((name) => kill(name)));
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    return null;
  })();
  return stopping;
}

function stopAndExit() {
  stop().finally(() => process.exit(0));
}

function lastLines(text) {
  return text.trim() === '' ? '(it said nothing)' : text.trim().split('\n').slice(-30).join('\n');
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const control = createServer((socket) => {
  socket.on('error', () => {});
  createInterface({ input: socket }).on('line', (line) => {
    answer(line).then((reply) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`);
      if (stopping && reply.stopped) socket.end(() => process.exit(0));
    });
  });
});

async function answer(line) {
  let id = null;
  try {
    const request = JSON.parse(line);
    id = request.id;
    const value = await deeds[request.do](request);
    return { id, value, ...(request.do === 'stop' && { stopped: true }) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

const path = join(dir, 'control');
control.listen(path, () => {
  chmodSync(path, 0o600);
  process.stdout.write('ready\n');
});
process.stdin.on('end', stopAndExit).on('error', stopAndExit).resume();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stopAndExit);
