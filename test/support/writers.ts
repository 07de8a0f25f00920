import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MODULES = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib', '/usr/lib64'];

/** The path of a program of this machine, looked for where administrators' programs are too. */
export function programOf(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Whether one of the usual library folders has this file; one folder in it may be a `*`. */
export function hasModule(path: string): boolean {
  const [head = '', tail] = path.split('/*/');
  const homes = MODULES.map((folder) => join(folder, head)).filter((home) => existsSync(home));
  if (tail === undefined) return homes.length > 0;
  return homes.some((home) => readdirSync(home).some((name) => existsSync(join(home, name, tail))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A port of loopback on which nothing listened a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs a log daemon in the foreground, sends it lines over TCP once it listens, does `work`, and ends it. */
export async function withDaemon(
  [program, args]: readonly [string, readonly string[]],
  port: number,
  lines: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
  try {
    await sendLines(child, port, lines, said);
    await work();
  } catch (error) {
    throw new Error(`${program}: ${said.join('')}`, { cause: error });
  } finally {
    await ended(child);
  }
}

async function sendLines(child: ChildProcess, port: number, lines: readonly string[], said: string[]): Promise<void> {
  for (const limit = Date.now() + 120_000; ; await sleep(200)) {
    if (child.exitCode !== null || Date.now() > limit) throw new Error(`does not listen: ${said.join('')}`);
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.end(lines.map((line) => `${line}\n`).join(''));
      await once(socket, 'close');
      return;
    } catch {
      socket.destroy();
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await closed;
  clearTimeout(timer);
}
