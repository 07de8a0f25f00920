import { createSocket } from 'node:dgram';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeadLetter, LogRecord, RecordBatch } from '../../event/index.js';
import type { Reader } from '../types.js';
import { openSyslog, type SyslogInput, type SyslogOptions } from './syslog.js';

const opened: SyslogInput[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const listener of opened.splice(0)) await listener.close();
});

interface Opened {
  readonly listener: SyslogInput;
  readonly reader: Reader;
  readonly port: number;
  readonly troubles: Map<string, string | undefined>;
}

async function open(options: Partial<SyslogOptions>): Promise<Opened> {
  const troubles = new Map<string, string | undefined>();
  const listener = await openSyslog({
    ...{ protocol: 'tcp', host: '127.0.0.1', port: 0, settings: { timezone: 'UTC' } },
    resume: () => undefined,
    trouble: (name, message) => void troubles.set(name, message),
    ...options,
  });
  opened.push(listener);
  const [reader] = await listener.discover();
  if (reader === undefined) throw new Error('no reader');
  return { listener, reader, port: Number(new URL(listener.address.replace(/^\w+/u, 'http')).port), troubles };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** Reads until so many records and dead letters came. */
async function readAll(reader: Reader, count: number): Promise<readonly RecordBatch[]> {
  const batches: RecordBatch[] = [];
  const size = (): number => batches.reduce((sum, { records, rejected }) => sum + records.length + rejected.length, 0);
  await expect
    .poll(
      async () => {
        for (let result = await reader.read(); result.kind === 'batch'; result = await reader.read()) {
          batches.push(result.batch);
        }
        return size();
      },
      { timeout: 30_000, interval: 10 },
    )
    .toBe(count);
  return batches;
}

async function finished(reader: Reader): Promise<readonly RecordBatch[]> {
  await reader.finish?.();
  const batches: RecordBatch[] = [];
  for (let result = await reader.read(); result.kind !== 'end'; result = await reader.read()) {
    if (result.kind === 'batch') batches.push(result.batch);
  }
  return batches;
}

const recordsOf = (batches: readonly RecordBatch[]): readonly LogRecord[] => batches.flatMap(({ records }) => records);
const textsOf = (batches: readonly RecordBatch[]): readonly string[] => recordsOf(batches).map(({ text }) => text);
const rejectedOf = (batches: readonly RecordBatch[]): readonly DeadLetter[] =>
  batches.flatMap(({ rejected }) => rejected);

function datagrams(port: number, messages: readonly (string | Buffer)[]): Promise<void> {
  const socket = createSocket('udp4');
  const sends = messages.map(
    (message) =>
      new Promise<void>((resolve, reject) => {
        socket.send(message, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
      }),
  );
  return Promise.all(sends).then(() => void socket.close());
}

describe('TCP', () => {
  it('reads both framings side by side, with arrival as receive time and the peer as its source', async () => {
    const before = Date.now();
    const { reader, port, listener } = await open({
      settings: { timezone: 'UTC', type: 'syslog', fields: { a: 'b' } },
    });
    (await dial(port)).write('<13>one\n<13>two\n');
    (await dial(port)).write('9 <13>three8 <13>four');
    const batches = await readAll(reader, 4);
    expect([...textsOf(batches)].sort()).toEqual(['<13>four', '<13>one', '<13>three', '<13>two']);
    expect(recordsOf(batches).map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
    for (const { receiveTime } of recordsOf(batches)) {
      expect(receiveTime).toBeGreaterThanOrEqual(before);
      expect(receiveTime).toBeLessThanOrEqual(Date.now());
    }
    expect(batches.at(-1)?.next).toBe(4);
    expect(reader.source.id).toBe('syslog:tcp:127.0.0.1:0');
    expect(batches[0]?.source.settings).toEqual({
      ...{ timezone: 'UTC', type: 'syslog', host: hostname() },
      fields: { 'log.source.address': '127.0.0.1', a: 'b' },
    });
    expect(listener.counts()).toMatchObject({ received: 4, lost: 0, refused: 0, connections: 2 });
  });

  it('counts on from where the ledger left it, and keeps bytes that are no UTF-8', async () => {
    const { reader, port } = await open({
      resume: (id) => (id === 'syslog:tcp:127.0.0.1:0' ? { offset: 41 } : undefined),
    });
    (await dial(port)).write(Buffer.from('<13>caf\xe9\n<13>café\n', 'latin1').subarray(0, 9));
    const [batch] = await readAll(reader, 1);
    expect(batch?.records).toEqual([
      expect.objectContaining({
        text: '<13>caf\uFFFD',
        offset: 41,
        bytes: Uint8Array.from(Buffer.from('<13>caf\xe9', 'latin1')),
      }),
    ]);
  });

  it('holds senders back while the reader is behind, and loses nothing', async () => {
    const { reader, port, listener } = await open({ buffer: 1024 * 1024 });
    const socket = await dial(port);
    const line = `<13>${'x'.repeat(996)}\n`;
    const sent = 40_000;
    for (let i = 0; i < sent; i++) socket.write(line);
    socket.end();
    let received = -1;
    await expect
      .poll(
        () => {
          const stands = listener.counts().received === received;
          received = listener.counts().received;
          return stands && received > 0;
        },
        { timeout: 30_000, interval: 200 },
      )
      .toBe(true);
    expect(received).toBeLessThan(sent / 4);
    expect(textsOf(await readAll(reader, sent))).toHaveLength(sent);
  });

  it('sets aside what is too long and what was cut off', async () => {
    const { reader, port } = await open({ maxLineBytes: 100 });
    (await dial(port)).write(`${'x'.repeat(150)}\n<13>short\n`);
    (await dial(port)).end('20 <13>cut');
    const batches = await readAll(reader, 3);
    expect(textsOf(batches)).toEqual(['<13>short']);
    expect(
      rejectedOf(batches)
        .map(({ failure, bytes }) => [failure.code, bytes.length])
        .sort(),
    ).toEqual([
      ['input.line-too-long', 100],
      ['input.syslog-cut', 7],
    ]);
  });

  it('turns connections beyond the limit away, and says so', async () => {
    const { port, listener, troubles } = await open({ connections: 2 });
    await dial(port);
    await dial(port);
    const third = connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(third);
    await new Promise((resolve) => third.once('close', resolve));
    await expect.poll(() => listener.counts().refused).toBe(1);
    await expect
      .poll(async () => (await listener.discover(), troubles.get('syslog tcp 127.0.0.1:0')), { timeout: 30_000 })
      .toMatch(/1 connection refused or closed, the last because 2 connections are open/u);
  });

  it('gives up the greatest of messages begun where they are too much together, and silent connections', async () => {
    const { reader, port, listener } = await open({ buffer: 1000, idle: 300, maxLineBytes: 10_000 });
    const small = await dial(port);
    small.write('<13>small');
    const great = await dial(port);
    great.write(`<13>${'x'.repeat(600)}`);
    const batches = await readAll(reader, 2);
    expect(rejectedOf(batches).map(({ failure }) => failure.code)).toEqual(['input.syslog-buffer']);
    expect(textsOf(batches)).toEqual(['<13>small']);
    expect(listener.counts()).toMatchObject({ refused: 2, connections: 0 });
  });

  it('gives all that was received when it is told to stop, an unended line too, and then ends', async () => {
    const { reader, port, listener } = await open({});
    const socket = await dial(port);
    socket.write('<13>one\n<13>unended');
    await expect.poll(() => listener.counts().received).toBe(1);
    expect(textsOf(await finished(reader))).toEqual(['<13>one', '<13>unended']);
    await expect(openSyslogAgain(port)).resolves.toBeDefined();
  });

  it('says why it can not listen', async () => {
    const { port } = await open({});
    await expect(openSyslogAgain(port)).rejects.toThrow(
      /syslog tcp 127\.0\.0\.1:\d+: can't listen: the port is already/u,
    );
  });

  async function openSyslogAgain(port: number): Promise<SyslogInput> {
    return (await open({ port })).listener;
  }
});

describe('UDP', () => {
  it('takes each datagram for a message, whatever is in it', async () => {
    const { reader, port } = await open({ protocol: 'udp', maxLineBytes: 100 });
    await datagrams(port, ['<13>one\n', '<13>two\nlines', 'x'.repeat(200), '\n']);
    const batches = await readAll(reader, 3);
    expect([...textsOf(batches)].sort()).toEqual(['<13>one', '<13>two\nlines']);
    expect(rejectedOf(batches).map(({ failure }) => failure.code)).toEqual(['input.line-too-long']);
    expect(batches[0]?.source.id).toBe('syslog:udp:127.0.0.1:0:127.0.0.1');
  });

  it('counts what it lost while the buffer was full, and says so', async () => {
    const { reader, port, listener, troubles } = await open({ protocol: 'udp', buffer: 2000 });
    await datagrams(
      port,
      Array.from({ length: 50 }, (_, i) => `<13>message ${i}`),
    );
    await expect.poll(() => listener.counts().received).toBe(50);
    const { lost } = listener.counts();
    expect(lost).toBeGreaterThan(30);
    await readAll(reader, 50 - lost);
    await expect
      .poll(async () => (await listener.discover(), troubles.get('syslog udp 127.0.0.1:0')), { timeout: 30_000 })
      .toContain(`${lost} datagrams lost because the buffer was full`);
  });

  it('counts what the system dropped, where it tells', async () => {
    const { port, listener } = await open({ protocol: 'udp' });
    if (listener.counts().dropped === undefined) return;
    // While this thread sends from another process and waits, nobody reads the socket.
    const flood = `const s = require('node:dgram').createSocket('udp4'); let n = 20000;
      const next = () => n-- > 0 ? s.send(Buffer.alloc(8000), ${port}, '127.0.0.1', next) : s.close(); next();`;
    execFileSync(process.execPath, ['-e', flood]);
    expect(listener.counts().dropped).toBeGreaterThan(0);
  });
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasOpenssl())('TLS (where openssl is there to make a key)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-tls-'));
  const at = (name: string): string => readFileSync(join(folder, name), 'utf8');
  function makeKey(name: string): { cert: string; key: string } {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
  }

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('reads octet-counted messages of clients that trust it, and of none without the certificate asked for', async () => {
    const [server, client] = [makeKey('server'), makeKey('client')];
    const { reader, port, listener, troubles } = await open({ protocol: 'tls', tls: { ...server, ca: client.cert } });
    const socket = connectTls({ port, host: '127.0.0.1', ca: server.cert, ...client });
    sockets.push(socket);
    socket.write('7 <13>one7 <13>two');
    expect(textsOf(await readAll(reader, 2))).toEqual(['<13>one', '<13>two']);
    const stranger = connectTls({ port, host: '127.0.0.1', ca: server.cert }).on('error', () => undefined);
    sockets.push(stranger);
    stranger.write('7 <13>bad');
    await expect.poll(() => listener.counts().refused, { timeout: 30_000 }).toBe(1);
    (await dial(port)).write('<13>not TLS at all\n');
    await expect
      .poll(async () => (await listener.discover(), troubles.get('syslog tls 127.0.0.1:0')), { timeout: 30_000 })
      .toMatch(/2 connections refused or closed, the last because a TLS handshake[^:]* failed: [^:\n]+$/u);
    expect(await finished(reader)).toEqual([]);
  });
});
