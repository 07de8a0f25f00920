import { createRequire } from 'node:module';
import { decodeFetch, type DecodeOld } from './fetch-response.js';
import { encodeProduce, isPlain, type ProduceTold } from './produce-request.js';

/** The kafkajs whose inner parts are known. */
const PINNED = '2.2.4';

const PROTOCOL = 'kafkajs/src/protocol';

/** What kafkajs writes to: of what it is given to send, it asks only for these. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
}

interface ProduceRequest {
  encode: () => Promise<Encoded>;
}

type MakeProduceRequest = (told: ProduceTold) => ProduceRequest;

/**
 * Has kafkajs decode fetch responses by `decodeFetch` and encode produce requests by `encodeProduce`, for the whole
 * process. By itself it makes an object, two texts and several buffers for each record that it reads, which costs more
 * than all that is done with a line, and copies what it writes some eight times.
 *
 * False, with nothing changed, where kafkajs is another than the one whose parts are known: its own serve too.
 */
export function replaceParts(): boolean {
  const require = createRequire(import.meta.url);
  if (!isKnown(require)) return false;
  replaceDecoder(require);
  replaceEncoder(require);
  return true;
}

function isKnown(require: NodeJS.Require): boolean {
  try {
    return (require('kafkajs/package.json') as { readonly version: string }).version === PINNED;
  } catch {
    return false;
  }
}

function replaceDecoder(require: NodeJS.Require): void {
  const response = require(`${PROTOCOL}/requests/fetch/v11/response.js`) as { decode: (data: Buffer) => unknown };
  const Decoder = require(`${PROTOCOL}/decoder.js`) as new (data: Buffer) => object;
  const decodeOld = require(`${PROTOCOL}/messageSet/decoder.js`) as (
    decoder: object,
    size: number,
  ) => ReturnType<DecodeOld>;
  const old: DecodeOld = (data) => decodeOld(new Decoder(data), data.length);
  response.decode = (data) => decodeFetch(data, old);
}

/** Its modules ask for this one anew each time, so what the cache says it exports is what they get. */
function replaceEncoder(require: NodeJS.Require): void {
  const path = `${PROTOCOL}/requests/produce/v7/request.js`;
  const byLibrary = require(path) as MakeProduceRequest & { readonly isOurs?: true };
  const module = require.cache[require.resolve(path)];
  if (module === undefined || byLibrary.isOurs === true) return;
  const make = (told: ProduceTold): ProduceRequest => {
    const request = byLibrary(told);
    if (isPlain(told)) request.encode = () => Promise.resolve(encodedOf(encodeProduce(told, Date.now())));
    return request;
  };
  module.exports = Object.assign(make, { isOurs: true });
}

function encodedOf(buffer: Buffer): Encoded {
  return { buf: buffer, buffer, size: () => buffer.length };
}
