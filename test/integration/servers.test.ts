import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openWarden, startServers } from '../../deploy/servers.mjs';
import { root } from '../house/sources.js';
import { describeWithServers, elasticsearch, kafka } from '../support/servers.js';

/** Starts the command itself, as a person would. */
function command(...args: string[]) {
  const child = spawn(process.execPath, ['deploy/servers.mjs', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const output = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      if (stdout.endsWith('\n')) resolve(stdout);
    });
    child.once('close', (code) => reject(new Error(`the command ended with ${code}: ${stdout}${stderr}`)));
  });
  return { child, output, ended };
}

function accepts(address: string): Promise<boolean> {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host ?? '', () => resolve(true));
    socket.on('connect', () => socket.destroy());
    socket.on('error', () => resolve(false));
  });
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (const limit = Date.now() + 240_000; !(await condition()); await sleep(100)) {
    if (Date.now() > limit) throw new Error('did not become true');
  }
}

it('explains the usage of an unknown command', () => {
  const { status, stderr } = spawnSync(process.execPath, ['deploy/servers.mjs', 'begin'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('start [--kafka] [--elasticsearch]');
});

it('leaves no folder behind when nothing was started', async () => {
  const { dir, close } = await openWarden();
  expect(existsSync(dir)).toBe(true);
  await close();
  expect(existsSync(dir)).toBe(false);
});

describeWithServers('a Kafka started by the command', ['kafka'], () => {
  it('is told as JSON and ends with `stop DIR`', async () => {
    const { output, ended } = command('start', '--kafka', '--json');
    const { dir, kafka } = JSON.parse(await output) as { dir: string; kafka: { brokers: string[]; pid: number } };
    expect(await accepts(kafka.brokers[0] ?? '')).toBe(true);
    expect(spawnSync(process.execPath, ['deploy/servers.mjs', 'stop', dir], { cwd: root }).status).toBe(0);
    expect(existsSync(dir)).toBe(false);
    expect(await accepts(kafka.brokers[0] ?? '')).toBe(false);
    expect((await ended)[0]).toBe(0);
  });

  it('ends when the command is killed', async () => {
    const { child, output } = command('start', '--kafka', '--json');
    const { dir, kafka } = JSON.parse(await output) as { dir: string; kafka: { brokers: string[] } };
    child.kill('SIGKILL');
    await until(() => !existsSync(dir));
    expect(await accepts(kafka.brokers[0] ?? '')).toBe(false);
  });
});

describeWithServers('a Kafka started as a module', ['kafka'], () => {
  it('comes back on the same port after a crash', async () => {
    const servers = await startServers({ kafka: {} });
    const { brokers, pid } = servers.kafka;
    await servers.kill('kafka');
    expect(await accepts(brokers[0] ?? '')).toBe(false);
    expect(await servers.restart('kafka')).toMatchObject({ brokers });
    expect(spawnSync('ps', ['-p', String(pid)]).status).toBe(1);
    await servers.stop();
    expect(await accepts(brokers[0] ?? '')).toBe(false);
  });
});

describeWithServers('a server whose port somebody else holds', ['kafka', 'elasticsearch'], () => {
  it.each(['kafka', 'elasticsearch'] as const)('is started on another: %s', async (name) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const held = (holder.address() as AddressInfo).port;
    const servers = await startServers({ [name]: { ports: [held] } });
    const address = name === 'kafka' ? servers.kafka.brokers[0] : new URL(servers.elasticsearch.node).host;
    expect(address).not.toBe(`127.0.0.1:${held}`);
    expect(await accepts(address ?? '')).toBe(true);
    await servers.stop();
    holder.close();
  });
});

describeWithServers("the run's own servers", ['kafka', 'elasticsearch'], () => {
  it('are started once, whoever asks', async () => {
    const [one, other] = await Promise.all([kafka(), kafka()]);
    expect(other).toEqual(one);
  });

  it('are not run as root', async () => {
    const { pid } = await elasticsearch();
    const uid = Number(spawnSync('ps', ['-o', 'uid=', '-p', String(pid)], { encoding: 'utf8' }).stdout);
    expect(uid).not.toBe(0);
  });
});
