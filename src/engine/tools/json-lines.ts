import { createReadStream } from 'node:fs';

/**
 * The JSON texts of a file (`-`: standard input): its non-empty lines, or the elements of one JSON array, which is read
 * whole. A line that isn't JSON is passed on as it stands.
 *
 * @throws the system's error where the file can't be read; an Error where an array is broken.
 */
export async function* jsonLines(file: string): AsyncGenerator<string> {
  const stream = file === '-' ? process.stdin : createReadStream(file);
  stream.setEncoding('utf8');
  let rest = '';
  let isArray: boolean | undefined;
  for await (const chunk of stream as AsyncIterable<string>) {
    rest += chunk;
    isArray ??= startsWithBracket(rest);
    if (isArray !== false) continue;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* nonEmpty(lines);
  }
  if (isArray === true) yield* elements(file, rest);
  else yield* nonEmpty(rest.split('\n'));
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
    throw Object.assign(new Error(`${file}: begins like a JSON array, but isn't one: ${reason}`), { code: 'EJSON' });
  }
}
