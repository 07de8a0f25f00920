import type { Batch } from 'kafkajs';
import { REFUSED_HEADER } from './codecs.js';
import type { KafkaRecord } from './partition.js';

type Messages = Batch['messages'];

/**
 * The messages of a fetched batch, in the order of their offsets, as records. Where reading begins in the middle of a
 * refused batch, its first record here stands for the batch, without data.
 *
 * kafkajs tells offsets and times as text, which costs more to read than all the rest: offsets that follow each other are
 * counted, and a time that says the same as the one before is not read again.
 */
export function recordsOf(messages: Messages): KafkaRecord[] {
  const first = Number(messages[0]?.offset);
  const isDense = Number(messages.at(-1)?.offset) - first === messages.length - 1;
  let said = '';
  let timestamp = Number.NaN;
  return messages.map((message, index) => {
    if (message.timestamp !== said) timestamp = Number((said = message.timestamp));
    return recordOf(message, index, isDense ? first + index : Number(message.offset), timestamp);
  });
}

function recordOf(
  { headers, key, value }: Messages[number],
  index: number,
  offset: number,
  timestamp: number,
): KafkaRecord {
  const refused = headers?.[REFUSED_HEADER];
  return {
    offset,
    timestamp,
    key,
    value: refused !== undefined && index === 0 ? (value ?? Buffer.alloc(0)) : value,
    refused: refused === undefined ? undefined : String(refused),
  };
}
