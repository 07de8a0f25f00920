import { isAscii, isUtf8 } from 'node:buffer';
import type { DeadLetter, Failure, LogRecord, RecordBatch, Source } from '../../event/index.js';
import { MAX_BATCH_BYTES, MAX_BATCH_RECORDS } from '../lines.js';
import type { Framed } from './frames.js';

/** What a waiting message costs beside its bytes, roughly. */
const OVERHEAD = 200;
/** Peers remembered; beyond it the one known longest is forgotten, which is only told anew. */
const MAX_PEERS = 10_000;

interface Waiting {
  readonly text: string;
  readonly receiveTime: number;
  readonly bytes: Uint8Array | undefined;
  readonly failure: Failure | undefined;
  readonly size: number;
}

interface Peer {
  readonly source: Source;
  waiting: Waiting[];
}

/**
 * What a listener received and nobody has read yet: a queue for each peer, read in turns, so that a loud one does not
 * hold the others up.
 *
 * A message gets its offset, a number that grows by one, when it is read. The caller bounds the queue by `bytes`.
 */
export class SyslogQueue {
  readonly #sourceOf: (address: string) => Source;
  readonly #peers = new Map<string, Peer>();
  /** Peers that have something waiting. */
  readonly #ready: Peer[] = [];
  #next: number;
  #bytes = 0;

  /** `next`: the offset of the first message. */
  constructor(sourceOf: (address: string) => Source, next: number) {
    this.#sourceOf = sourceOf;
    this.#next = next;
  }

  /** Accounted bytes of all that waits. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Puts a copy of what a peer sent at its end. */
  add(address: string, { bytes, failure }: Framed, receiveTime: number): void {
    const peer = this.#peerOf(address);
    const size = bytes.length + OVERHEAD;
    const isText = failure === undefined;
    const isValid = isText && isUtf8(bytes);
    const text = isText ? bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8') : '';
    const kept = isValid ? undefined : Uint8Array.from(bytes);
    if (peer.waiting.length === 0) this.#ready.push(peer);
    peer.waiting.push({ text, receiveTime, bytes: kept, failure, size });
    this.#bytes += size;
  }

  /** The next batch, of one peer; undefined: nothing waits. */
  take(): RecordBatch | undefined {
    const peer = this.#ready.shift();
    if (peer === undefined) return undefined;
    const { source } = peer;
    const records: LogRecord[] = [];
    const rejected: DeadLetter[] = [];
    const taken = this.#share(peer);
    for (const { text, receiveTime, bytes, failure } of taken) {
      const offset = this.#next++;
      if (failure === undefined) records.push({ text, offset, receiveTime, bytes });
      else rejected.push(deadLetterOf(source, offset, { receiveTime, bytes, failure }));
    }
    return { source, records, rejected, next: this.#next };
  }

  /** A batch's share of what waits of a peer; it goes to the end of the row where something is left. */
  #share(peer: Peer): readonly Waiting[] {
    let size = 0;
    let count = 0;
    for (const one of peer.waiting) {
      if (count > 0 && (count >= MAX_BATCH_RECORDS || size + one.size > MAX_BATCH_BYTES)) break;
      size += one.size;
      count++;
    }
    const taken = peer.waiting.splice(0, count);
    if (peer.waiting.length > 0) this.#ready.push(peer);
    this.#bytes -= size;
    return taken;
  }

  #peerOf(address: string): Peer {
    const known = this.#peers.get(address);
    if (known !== undefined) return known;
    const peer = { source: this.#sourceOf(address), waiting: [] };
    if (this.#peers.size >= MAX_PEERS) {
      for (const oldest of this.#peers.keys()) {
        this.#peers.delete(oldest);
        break;
      }
    }
    this.#peers.set(address, peer);
    return peer;
  }
}

function deadLetterOf(
  source: Source,
  offset: number,
  letter: Pick<Waiting, 'receiveTime' | 'bytes'> & { readonly failure: Failure },
): DeadLetter {
  const { receiveTime, bytes, failure } = letter;
  const position = { source: source.id, offset, sub: 0 };
  return { position, label: source.label, receiveTime, bytes: bytes ?? new Uint8Array(), failure };
}
