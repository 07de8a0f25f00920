import type { Message } from 'kafkajs';

/** Bytes for one partition in one request: a broker takes batches of about 1 MiB. */
const PARTITION_BYTES = 512 * 1024;
const REQUEST_BYTES = 8 * 1024 * 1024;

/** Messages cut, in their order, into pieces that a broker takes at once: by bytes in all and for one partition. */
export function chunksOf<M extends Message>(messages: readonly M[]): readonly (readonly M[])[] {
  const chunks: M[][] = [];
  let chunk: M[] = [];
  let total = 0;
  const inPartition = new Map<number | undefined, number>();
  for (const message of messages) {
    const bytes = bytesOf(message);
    const here = (inPartition.get(message.partition) ?? 0) + bytes;
    if (chunk.length > 0 && (here > PARTITION_BYTES || total + bytes > REQUEST_BYTES)) {
      chunks.push(chunk);
      chunk = [];
      total = 0;
      inPartition.clear();
    }
    chunk.push(message);
    total += bytes;
    inPartition.set(message.partition, (inPartition.get(message.partition) ?? 0) + bytes);
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

/** What a record takes in a request, and a little more. */
function bytesOf({ key, value }: Message): number {
  const size = (part: Buffer | string | null | undefined): number =>
    typeof part === 'string' ? Buffer.byteLength(part) : (part?.length ?? 0);
  return size(key) + size(value) + 64;
}
