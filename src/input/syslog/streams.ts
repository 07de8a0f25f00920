import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Framer, type Framed } from './frames.js';

/** Certificate and key of a TLS listener, PEM; with `ca`, clients must show a certificate signed by it. */
export interface SyslogTls {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** What connections are held to. */
export interface StreamLimits {
  readonly maxLineBytes: number;
  /** Connections open at the same time. */
  readonly connections: number;
  /** Bytes held of messages begun on all connections together. */
  readonly begun: number;
  /** A connection silent for so long is closed, ms. */
  readonly idle: number;
}

/** What a set of connections tells. */
export interface StreamHooks {
  readonly message: (address: string, framed: Framed) => void;
  /** Whether no more is to be read for now. */
  readonly isFull: () => boolean;
  /** A connection was turned away or closed, for this reason. */
  readonly refused: (reason: string) => void;
}

/** Time for a TLS handshake, and for a message once begun to become whole, ms. */
const PATIENCE = 60_000;
const HANDSHAKE = 10_000;
const KEEP_ALIVE = 60_000;
const LOOK_EVERY = 5000;

interface Connection {
  readonly socket: Socket;
  readonly address: string;
  readonly framer: Framer;
  /** When the message that is not whole yet began; undefined: none has. */
  begunAt: number | undefined;
}

/**
 * The connections of one TCP or TLS listener: what each sends is cut into messages.
 *
 * Hostile clients are bounded: connections beyond the limit are turned away; of messages begun and not ended, all
 * connections together hold `begun` bytes, beyond which the greatest is given up (`input.syslog-buffer`, a dead letter,
 * as is one not whole after a minute, `input.syslog-slow`); TLS has ten seconds to shake hands; half-open connections
 * are found by keep-alive, silent ones by `idle`. While the reader is behind, no socket is read, so that TCP holds the
 * senders back.
 */
export class SyslogStreams {
  readonly server: Server;
  readonly #limits: StreamLimits;
  readonly #hooks: StreamHooks;
  readonly #open = new Set<Connection>();
  readonly #timer: NodeJS.Timeout;
  #begun = 0;
  #isPaused = false;

  constructor(tls: SyslogTls | undefined, limits: StreamLimits, hooks: StreamHooks) {
    this.#limits = limits;
    this.#hooks = hooks;
    this.server = tls === undefined ? createServer(this.#accept) : this.#overTls(tls);
    this.server.maxConnections = limits.connections;
    this.server.on('drop', () => hooks.refused(`${limits.connections} connections are open, no more are let in`));
    this.#timer = setInterval(() => this.#giveUpSlow(Date.now()), LOOK_EVERY).unref();
  }

  /** Connections that are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Reads on, if the reader has caught up. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    for (const { socket } of this.#open) socket.resume();
  }

  /** Lets nobody else in. */
  refuse(): void {
    this.server.close();
  }

  /** Ends all connections; messages begun are told as their end finds them. */
  close(): void {
    clearInterval(this.#timer);
    this.server.close();
    for (const connection of [...this.#open]) this.#end(connection);
  }

  #overTls({ cert, key, ca }: SyslogTls): Server {
    const trust = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true };
    const options = { cert, key, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE, ...trust } as const;
    return createTlsServer(options, this.#accept).on('tlsClientError', (error, { remoteAddress }) => {
      const peer = remoteAddress === undefined ? '' : ` with ${addressOf(remoteAddress)}`;
      this.#hooks.refused(`a TLS handshake${peer} failed: ${reasonOf(error)}`);
    });
  }

  readonly #accept = (socket: Socket): void => {
    const address = addressOf(socket.remoteAddress);
    const framer = new Framer(this.#limits.maxLineBytes, (framed) => this.#hooks.message(address, framed));
    const connection: Connection = { socket, address, framer, begunAt: undefined };
    this.#open.add(connection);
    socket.setKeepAlive(true, KEEP_ALIVE);
    socket.setTimeout(this.#limits.idle, () => this.#silent(connection));
    socket.on('data', (chunk: Buffer) => this.#take(connection, chunk));
    socket.on('end', () => this.#end(connection));
    socket.on('close', () => this.#end(connection));
    socket.on('error', () => this.#end(connection));
    if (this.#isPaused) socket.pause();
  };

  #take(connection: Connection, chunk: Buffer): void {
    if (!this.#open.has(connection)) return;
    const { framer } = connection;
    const { held: before, ordinal } = framer;
    framer.push(chunk);
    this.#begun += framer.held - before;
    if (!framer.isOpen) connection.begunAt = undefined;
    else if (connection.begunAt === undefined || framer.ordinal !== ordinal) connection.begunAt = Date.now();
    if (framer.isBroken) this.#end(connection);
    while (this.#begun > this.#limits.begun) this.#giveUpGreatest();
    if (this.#hooks.isFull()) this.#pause();
  }

  #pause(): void {
    this.#isPaused = true;
    for (const { socket } of this.#open) socket.pause();
  }

  #end(connection: Connection): void {
    if (!this.#open.delete(connection)) return;
    this.#begun -= connection.framer.held;
    if (!connection.framer.isBroken) connection.framer.end();
    connection.socket.destroy();
  }

  /** Silence that we asked for is none. */
  #silent(connection: Connection): void {
    if (this.#isPaused) return void connection.socket.setTimeout(this.#limits.idle);
    this.#hooks.refused(`a connection of ${connection.address} was silent too long and was closed`);
    this.#end(connection);
  }

  #giveUpGreatest(): void {
    let greatest: Connection | undefined;
    for (const one of this.#open) if (one.framer.held > (greatest?.framer.held ?? 0)) greatest = one;
    if (greatest === undefined) return;
    this.#giveUp(greatest, 'input.syslog-buffer', 'too much is held of messages that are not whole yet');
  }

  #giveUpSlow(now: number): void {
    if (this.#isPaused) return;
    for (const one of [...this.#open]) {
      if (one.begunAt === undefined || now - one.begunAt < PATIENCE) continue;
      this.#giveUp(one, 'input.syslog-slow', 'the message was not whole a minute after it began');
    }
  }

  #giveUp(connection: Connection, code: string, message: string): void {
    this.#begun -= connection.framer.held;
    connection.framer.reject(code, `${message}; its connection was closed`);
    this.#hooks.refused(`a connection of ${connection.address} was closed: ${message}`);
    this.#end(connection);
  }
}

/** What went wrong, in OpenSSL's own words where it is OpenSSL that says so, without the place in its source. */
function reasonOf(error: Error & { readonly reason?: string }): string {
  return error.reason ?? error.message.trim();
}

/** An address as people write it: IPv4 in IPv6 is IPv4. */
export function addressOf(address: string | undefined): string {
  return (address ?? 'unknown').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/iu, '');
}
