import type { Socket } from 'node:dgram';
import type { AddressInfo, Server } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { InputSettings, Source } from '../../event/index.js';
import { MAX_LINE_BYTES } from '../lines.js';
import { kernelDrops, openDatagrams } from './datagrams.js';
import { tooLong, trimmed } from './frames.js';
import { peerSettings, syslogId } from './peer.js';
import { SyslogQueue } from './queue.js';
import { SyslogStreams, type SyslogTls } from './streams.js';
import type { Input, Reader, ReadResult } from '../types.js';

/** How a listener is reached and what it is held to. */
export interface SyslogOptions {
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of protocol `tls`. */
  readonly tls?: SyslogTls;
  /** What every message is; `host` absent: a message that names no host is of the peer's address. */
  readonly settings: InputSettings;
  /** The offset of the first message: where the ledger left this listener. */
  readonly resume: (source: string) => { readonly offset: number } | undefined;
  /** A trouble that lasts, by name; undefined: over. */
  readonly trouble: (name: string, message: string | undefined) => void;
  readonly maxLineBytes?: number;
  readonly connections?: number;
  /** Accounted bytes of what was received and not read yet. */
  readonly buffer?: number;
  /** A connection silent for so long is closed, ms. */
  readonly idle?: number;
}

/** What a listener counted since it was opened. */
export interface SyslogCounts {
  readonly received: number;
  /** Datagrams that came while the buffer was full. */
  readonly lost: number;
  /** Datagrams that the system dropped; undefined where it doesn't tell. */
  readonly dropped: number | undefined;
  /** Connections turned away or closed for what they did. */
  readonly refused: number;
  readonly connections: number;
}

/** A listener: one source, `syslog:<protocol>:<host>:<port>`. */
export interface SyslogInput extends Input {
  readonly id: string;
  /** Where it listens, `udp://127.0.0.1:5514`, with the port it really has. */
  readonly address: string;
  counts(): SyslogCounts;
}

const DEFAULTS = { connections: 1000, buffer: 16 * 1024 * 1024, idle: 3_600_000 };
/** A loss makes health red for so long, ms. */
const SORE = 60_000;
/** Time between two looks at what was lost, ms. */
const LOOK_EVERY = 1000;
/** A clean stop ends when nothing came for so long, at the latest after the second time, ms. */
const QUIET = 50;
const LAST_CALL = 1000;

/**
 * Listens for syslog on a UDP, TCP or TLS port. Rejects, refusing to start, where the port can't be had.
 *
 * Each message is a record; its receive time is its arrival, its offset a number that grows by one, its peer's address
 * `log.source.address`, and `host.name` where neither message nor settings name one (this machine's own name for peers
 * on it). What can't be read at once waits in a buffer of bounded size; when that is full, TCP senders are held back, and
 * datagrams are lost, which is counted. A socket can't be replayed, so what was received but not committed is lost with
 * the process; `finish` gives all of it first. Sources: RFC 5426 (UDP), RFC 6587 (TCP), RFC 5425 (TLS).
 */
export async function openSyslog(options: SyslogOptions): Promise<SyslogInput> {
  const listener = new Listener(options);
  await listener.open();
  return listener;
}

class Listener implements SyslogInput, Reader {
  readonly id: string;
  readonly source: Source;
  readonly #options: SyslogOptions;
  readonly #queue: SyslogQueue;
  readonly #buffer: number;
  readonly #maxLineBytes: number;
  #streams: SyslogStreams | undefined;
  #datagrams: Socket | undefined;
  #fresh: readonly Reader[] = [this];
  #received = 0;
  #lost = 0;
  #dropped: number | undefined;
  #refused = 0;
  #reason = '';
  #hurtAt = -Infinity;
  #troubles = 0;
  #lookedAt = -Infinity;
  #finishBy: number | undefined;
  #isClosed = false;

  constructor(options: SyslogOptions) {
    const { protocol, host, port, settings } = options;
    this.#options = options;
    this.#buffer = options.buffer ?? DEFAULTS.buffer;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
    this.id = syslogId(options);
    this.source = { id: this.id, label: `syslog ${protocol} ${host}:${port}`, settings };
    this.#queue = new SyslogQueue((address) => this.#peer(address), options.resume(this.id)?.offset ?? 0);
  }

  get address(): string {
    const { protocol, host } = this.#options;
    return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${this.#port()}`;
  }

  async open(): Promise<void> {
    const { protocol, host, port } = this.#options;
    try {
      if (protocol === 'udp') {
        this.#datagrams = await openDatagrams(host, port, (address, bytes) => this.#datagram(address, bytes));
      } else await listening(this.#openStreams().server, host, port);
    } catch (error) {
      await this.close();
      throw cannotListen(this.source.label, error);
    }
  }

  async discover(): Promise<readonly Reader[]> {
    this.#look(Date.now());
    const found = this.#fresh;
    this.#fresh = [];
    return found;
  }

  async read(): Promise<ReadResult> {
    const batch = this.#queue.take() ?? (await this.#wait());
    if (batch === undefined) return { kind: this.#isClosed ? 'end' : 'idle' };
    if (this.#queue.bytes < this.#buffer / 2) this.#streams?.resume();
    return { kind: 'batch', batch };
  }

  carry(): null {
    return null;
  }

  async finish(): Promise<void> {
    this.#finishBy ??= Date.now() + LAST_CALL;
    this.#streams?.refuse();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#dropped = this.#kernelDrops();
    this.#streams?.close();
    this.#datagrams?.close();
  }

  counts(): SyslogCounts {
    return {
      received: this.#received,
      lost: this.#lost,
      dropped: this.#kernelDrops(),
      refused: this.#refused,
      connections: this.#streams?.size ?? 0,
    };
  }

  /** Lets sockets speak; when finishing, until they have nothing more to say. */
  async #wait(): Promise<ReturnType<SyslogQueue['take']>> {
    if (this.#finishBy === undefined) {
      await setImmediate();
      return this.#queue.take();
    }
    await sleep(Math.max(0, Math.min(QUIET, this.#finishBy - Date.now())));
    const batch = this.#queue.take();
    if (batch !== undefined) return batch;
    await this.close();
    return this.#queue.take();
  }

  #openStreams(): SyslogStreams {
    const { tls, connections = DEFAULTS.connections, idle = DEFAULTS.idle } = this.#options;
    const limits = { maxLineBytes: this.#maxLineBytes, connections, idle, begun: this.#buffer / 2 };
    this.#streams = new SyslogStreams(tls, limits, {
      message: (address, framed) => {
        this.#received++;
        this.#queue.add(address, framed, Date.now());
      },
      isFull: () => this.#queue.bytes >= this.#buffer,
      refused: (reason) => {
        this.#refused++;
        this.#reason = reason;
      },
    });
    return this.#streams;
  }

  #datagram(address: string, datagram: Buffer): void {
    const bytes = trimmed(datagram);
    if (bytes.length === 0) return;
    this.#received++;
    const max = this.#maxLineBytes;
    if (this.#queue.bytes >= this.#buffer) this.#lost++;
    else if (bytes.length <= max) this.#queue.add(address, { bytes, failure: undefined }, Date.now());
    else {
      const failure = tooLong(bytes.length, max);
      this.#queue.add(address, { bytes: bytes.subarray(0, max), failure }, Date.now());
    }
  }

  /** A source of its own for what a format remembers of a peer; positions are told apart by their offsets. */
  #peer(address: string): Source {
    const settings = peerSettings(this.#options.settings, address);
    return { id: `${this.id}:${address}`, label: `${this.source.label} from ${address}`, settings };
  }

  /** Tells losses and refusals: red when there are new ones, green a minute after the last. */
  #look(now: number): void {
    if (now - this.#lookedAt < LOOK_EVERY) return;
    this.#lookedAt = now;
    const { lost, dropped = 0, refused } = this.counts();
    if (lost + dropped + refused > this.#troubles) {
      this.#troubles = lost + dropped + refused;
      this.#hurtAt = now;
      this.#options.trouble(this.source.label, `${this.source.label}: ${this.#losses(lost, dropped, refused)}`);
    } else if (now - this.#hurtAt >= SORE && this.#hurtAt !== -Infinity) {
      this.#hurtAt = -Infinity;
      this.#options.trouble(this.source.label, undefined);
    }
  }

  #losses(lost: number, dropped: number, refused: number): string {
    const told = [
      lost > 0 ? `${counted(lost, 'datagram')} lost because the buffer was full; raise buffer:, or send over tcp` : '',
      dropped > 0
        ? `${counted(dropped, 'datagram')} dropped by the system; raise net.core.rmem_max, or send over tcp`
        : '',
      refused > 0 ? `${counted(refused, 'connection')} refused or closed, the last because ${this.#reason}` : '',
    ];
    return told.filter((one) => one !== '').join('; ');
  }

  #kernelDrops(): number | undefined {
    if (this.#datagrams === undefined || this.#isClosed) return this.#dropped;
    return kernelDrops(this.#port());
  }

  #port(): number {
    if (this.#isClosed) return this.#options.port;
    const address = this.#datagrams?.address() ?? (this.#streams?.server.address() as AddressInfo | null);
    return address?.port ?? this.#options.port;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is already in use; name another one',
  EACCES: 'ports below 1024 need a right of their own; name another one, or give CAP_NET_BIND_SERVICE',
  EADDRNOTAVAIL: 'this machine has no such address; name one that it has',
};

function cannotListen(label: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  return Object.assign(new Error(`${label}: can't listen: ${REASONS[code ?? ''] ?? message}`), { code });
}
