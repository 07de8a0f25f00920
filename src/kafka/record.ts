import type { Batch } from 'kafkajs';
import { REFUSED_HEADER } from './codecs.js';
import type { KafkaRecord } from './partition.js';

/**
 * A message of a fetched batch, the `index`th, as a record. Where reading begins in the middle of a refused batch, its
 * first record here stands for the batch, without data.
 */
export function recordOf(message: Batch['messages'][number], index: number): KafkaRecord {
  const refused = message.headers?.[REFUSED_HEADER];
  return {
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: refused !== undefined && index === 0 ? (message.value ?? Buffer.alloc(0)) : message.value,
    refused: refused === undefined ? undefined : String(refused),
  };
}
