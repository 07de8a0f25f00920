import { once } from 'node:events';

const CODES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36', alarm: '97;41' } as const;

/** Ways a piece of text can be set off. */
export type Style = keyof typeof CODES;

/** Sets text off where colours are wanted; otherwise returns it unchanged. */
export type Paint = (style: Style, text: string) => string;

/**
 * Whether a stream gets colours: a terminal does, unless `--no-color`, a non-empty `NO_COLOR` (no-color.org) or
 * `TERM=dumb` forbids it; a non-empty `FORCE_COLOR` other than `0` asks for them anywhere.
 */
export function wantsColour(stream: NodeJS.WriteStream, allowed: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (!allowed || (NO_COLOR ?? '') !== '') return false;
  if ((FORCE_COLOR ?? '') !== '') return FORCE_COLOR !== '0';
  return stream.isTTY && TERM !== 'dumb';
}

/** A painter for one stream. */
export function painter(stream: NodeJS.WriteStream, allowed: boolean): Paint {
  if (!wantsColour(stream, allowed)) return (_, text) => text;
  return (style, text) => `\u001b[${CODES[style]}m${text}\u001b[0m`;
}

/** Columns there are on a stream, from 40 to 160; `otherwise` (100) where it is no terminal. `COLUMNS` has the last word. */
export function columnsOf(stream: NodeJS.WriteStream, otherwise = 100): number {
  const told = Number(process.env['COLUMNS'] ?? NaN);
  if (!(Number.isInteger(told) && told > 0) && !stream.isTTY) return otherwise;
  const columns = Number.isInteger(told) && told > 0 ? told : stream.columns;
  return Math.max(40, Math.min(160, columns));
}

/** Writes one line to standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const CHUNK = 65_536;

/**
 * Standard output for many small pieces: gathered into chunks of 64 KiB, with back-pressure.
 *
 * `write` returns a promise only when the reader is behind; whoever writes in a loop awaits it then.
 */
export class Out {
  readonly #stream: NodeJS.WritableStream;
  #pending = '';

  constructor(stream: NodeJS.WritableStream = process.stdout) {
    this.#stream = stream;
  }

  /** Adds text; resolves once the stream takes more. */
  write(text: string): Promise<void> | undefined {
    this.#pending += text;
    return this.#pending.length >= CHUNK ? this.flush() : undefined;
  }

  /** Adds one JSON value as a line. */
  json(value: unknown): Promise<void> | undefined {
    return this.write(`${JSON.stringify(value)}\n`);
  }

  /** Hands everything on. */
  async flush(): Promise<void> {
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    if (!this.#stream.write(text)) await once(this.#stream, 'drain');
  }
}

/**
 * Ends the process quietly when the reader of standard output is gone (`sekisho … | head`), and with a sentence when
 * the output can't be written (a full disk). Standard error failing is ignored: there is nobody left to tell.
 */
export function guardOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') say(`sekisho: can't write to standard output: ${error.message}`);
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  process.stderr.on('error', () => undefined);
}
