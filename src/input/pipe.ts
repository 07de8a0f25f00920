import { closeSync, constants, createReadStream, open, read } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { failureOf, type InputFailure } from './opened.js';
import type { Listed } from './paths.js';
import { piecesOf } from './stream.js';

const opened = promisify(open);
const readInto = promisify(read);

/** How long a named pipe that is read once is given until a program writes to it; milliseconds. */
const WRITER_PATIENCE = 2000;
const POLL = 50;
const PROBE_BYTES = 65_536;

/** A pipe or terminal being read. */
export interface OpenStream {
  /** Ends with the last writer, or where nobody writes and nobody is waited for. Never throws: failures are told. */
  readonly pieces: AsyncGenerator<Uint8Array, void>;
  /** Lets it go; ends `pieces`. */
  readonly close: () => void;
}

/**
 * Opens what a path leads to as a stream: a pipe (`mkfifo`, and `/dev/fd/63` of the shell's `<(zcat x.gz)`) or a terminal.
 *
 * Neither opening nor reading a pipe blocks a thread: an ordinary open would, until somebody writes, and a few of them
 * would stop every other file. `patient` waits for a writer however long it takes; otherwise a pipe that nobody writes to
 * is told as a failure after two seconds. A pipe that the shell handed over and that ended empty is an empty log.
 */
export function openStream(
  { path, stream }: Listed,
  patient: boolean,
  tell: (failure: InputFailure) => void,
): OpenStream {
  if (stream === 'device') {
    const chunks = createReadStream(path);
    return { pieces: piecesOf(chunks, (error) => tell(failureOf(path, error))), close: () => void chunks.destroy() };
  }
  const pipe = new Pipe(path);
  return { pieces: pipePieces(pipe, patient, tell), close: () => pipe.close() };
}

/** What is open of a pipe: its descriptor, then the socket that has taken it over. Closed once, whoever asks first. */
class Pipe {
  isClosed = false;
  #fd: number | undefined;
  #socket: Socket | undefined;

  constructor(readonly path: string) {}

  async open(): Promise<number> {
    const fd = await opened(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (this.isClosed) closeSync(fd);
    else this.#fd = fd;
    return fd;
  }

  /** Hands the descriptor to one that waits without a thread. */
  socket(): Socket {
    this.#socket = new Socket({ fd: this.#fd, readable: true, writable: false });
    this.#fd = undefined;
    return this.#socket;
  }

  close(): void {
    this.isClosed = true;
    this.#socket?.destroy();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

async function* pipePieces(
  pipe: Pipe,
  patient: boolean,
  tell: (failure: InputFailure) => void,
): AsyncGenerator<Uint8Array, void> {
  const { path } = pipe;
  try {
    const fd = await pipe.open();
    const first: First = patient ? { kind: 'open', bytes: undefined } : await firstOf(fd, pipe);
    if (first.kind === 'unwritten' && !pipe.isClosed) tell(unwritten(path));
    if (first.kind === 'open' && first.bytes !== undefined) yield first.bytes;
    if (first.kind === 'open' && !pipe.isClosed) for await (const piece of pipe.socket()) yield piece as Uint8Array;
  } catch (error) {
    if (!pipe.isClosed) tell(failureOf(path, error));
  } finally {
    pipe.close();
  }
}

/** What a pipe holds at first: `open` has a writer or bytes left. */
type First =
  | { readonly kind: 'open'; readonly bytes: Uint8Array | undefined }
  | { readonly kind: 'unwritten' }
  | { readonly kind: 'empty' };

async function firstOf(fd: number, pipe: Pipe): Promise<First> {
  const until = Date.now() + WRITER_PATIENCE;
  while (!pipe.isClosed) {
    const bytes = Buffer.allocUnsafeSlow(PROBE_BYTES);
    const length = await readInto(fd, bytes, 0, PROBE_BYTES, null).then(
      ({ bytesRead }) => bytesRead,
      (error: unknown) => {
        // A writer is there, and has not written yet.
        if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return -1;
        throw error;
      },
    );
    if (length !== 0) return { kind: 'open', bytes: length > 0 ? bytes.subarray(0, length) : undefined };
    if (HANDED_OVER.test(pipe.path)) return { kind: 'empty' };
    if (Date.now() >= until) break;
    await sleep(POLL);
  }
  return { kind: 'unwritten' };
}

/** A descriptor of this process: whoever opened it has a writer, or had one. */
const HANDED_OVER = /^\/(?:dev|proc\/[^/]+)\/(?:fd\/\d+|stdin)$/;

function unwritten(path: string): InputFailure {
  const message = `${path}: no program writes to this pipe; start the one that does first, or hand its output over as standard input (-)`;
  return { code: 'input.unreadable', message, path };
}
