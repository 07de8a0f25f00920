import { MAX_BATCH_BYTES } from './lines.js';

/**
 * Read buffers shared by the readers of one input: one is taken for the time of one read, so that a thousand followed
 * files need no thousand buffers.
 */
export class BufferPool {
  readonly #free: Buffer[] = [];

  /** A buffer of at least `size` bytes, with old content; above the size of a batch it is made for the occasion. */
  take(size: number): Buffer {
    return size > MAX_BATCH_BYTES ? Buffer.allocUnsafeSlow(size) : (this.#free.pop() ?? newBuffer());
  }

  /** Gives a buffer back; nothing may refer to its bytes any more. */
  give(buffer: Buffer): void {
    if (buffer.length === MAX_BATCH_BYTES && this.#free.length < 4) this.#free.push(buffer);
  }
}

function newBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(MAX_BATCH_BYTES);
}
