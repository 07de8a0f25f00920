import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { brokenGzip, unzipped } from '../../input/gzip.js';

/**
 * The JSON texts of a file (`-`: standard input), gzipped or not: its non-empty lines, or the elements of one JSON array,
 * which is read whole. A line that isn't JSON is passed on as it stands.
 *
 * @throws the system's error where the file can't be read; an Error where an array or what is gzipped is broken.
 */
export async function* jsonLines(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let isArray: boolean | undefined;
  for await (const piece of unzipped(pieces(file), (error) => refuse(brokenGzip(file, error).message))) {
    rest += decoder.decode(piece, { stream: true });
    isArray ??= startsWithBracket(rest);
    if (isArray !== false) continue;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* nonEmpty(lines);
  }
  rest += decoder.decode();
  if (isArray === true) yield* elements(file, rest);
  else yield* nonEmpty(rest.split('\n'));
}

async function* pieces(file: string): AsyncGenerator<Uint8Array, void> {
  const stream: Readable = file === '-' ? process.stdin : createReadStream(file);
  yield* stream as AsyncIterable<Uint8Array>;
}

function refuse(reason: string): never {
  throw Object.assign(new Error(reason), { code: 'EJSON' });
}

/** Undefined while there was only white space. A byte order mark counts as such. */
function startsWithBracket(text: string): boolean | undefined {
  const first = text.trimStart().charAt(0);
  return first === '' ? undefined : first === '[';
}

function nonEmpty(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

function elements(file: string, text: string): readonly string[] {
  try {
    return (JSON.parse(text.trim()) as readonly unknown[]).map((element) => JSON.stringify(element));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(`${file}: begins like a JSON array, but isn't one: ${reason}`);
  }
}
