import { createRequire } from 'node:module';
import { decodeFetch, type DecodeOld } from './fetch-response.js';

const PINNED = '2.2.4';
const DECODER = 'kafkajs/src/protocol/requests/fetch/v11/response.js';

/** The parts of kafkajs that are not for the public. */
interface Internals {
  readonly version: string;
  readonly response: { decode: (data: Buffer) => Promise<unknown> };
  readonly decodeOld: (decoder: object, size: number) => Promise<readonly unknown[]>;
  readonly Decoder: new (data: Buffer) => object;
}

/**
 * Has kafkajs decode fetch responses by `decodeFetch`, for the whole process; said again it changes nothing. kafkajs makes
 * an object, two texts and several buffers a record, which costs more than all that is done with a line.
 *
 * False, with nothing changed, where kafkajs is another than the one whose parts are known: its own decoder serves too.
 */
export function replaceFetchDecoder(): boolean {
  const internals = internalsOf();
  if (internals === undefined) return false;
  const { response, decodeOld, Decoder } = internals;
  const old: DecodeOld = (data) => decodeOld(new Decoder(data), data.length);
  response.decode = (data) => decodeFetch(data, old);
  return true;
}

function internalsOf(): Internals | undefined {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require('kafkajs/package.json') as Pick<Internals, 'version'>;
    if (version !== PINNED) return undefined;
    return {
      version,
      response: require(DECODER) as Internals['response'],
      decodeOld: require('kafkajs/src/protocol/messageSet/decoder.js') as Internals['decodeOld'],
      Decoder: require('kafkajs/src/protocol/decoder.js') as Internals['Decoder'],
    };
  } catch {
    return undefined;
  }
}
