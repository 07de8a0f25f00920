import type { LogRecord } from '../event/index.js';
import { isIndented, type JoinKind, kindOf, type OpenJoin } from './join-rules.js';

/** Which lines of a source are one record, and for how long the rest of one is waited for. */
export interface Joining {
  /** `auto`: by the kinds of logs known (join-rules.ts). `indent`: lines that begin with a space or a tab go on. Else whether a line begins a record. */
  readonly rule: 'auto' | 'indent' | ((line: string) => boolean);
  /** Lines of one record at most, unless its kind may have more; the next one begins another. */
  readonly maxLines: number;
  /** Milliseconds of silence after which a followed source's last record is taken as whole. */
  readonly timeout: number;
}

/** Characters of one joined record at most. */
const MAX_JOINED = 256 * 1024;

/**
 * Joins lines to records. What is joined depends on the lines alone, not on how they came in batches; a record that is
 * open is bounded in lines and characters, and nothing behind it leaves before it does.
 */
export class Joiner {
  readonly #joining: Joining;
  #open: (OpenJoin & { readonly first: LogRecord }) | undefined;
  #size = 0;
  #blank = 0;
  /** The bytes of each line, once one of them is not what its text says. */
  #bytes: Uint8Array[] | undefined;
  /** The lines from the first doubtful one on, and how many stand before it. */
  #doubted: LogRecord[] = [];
  #firm = 0;
  /** Lines of another stream that came between the parts of the open record. */
  #behind: LogRecord[] = [];

  constructor(joining: Joining) {
    this.#joining = joining;
  }

  /** Where the open record begins; undefined: none is open. */
  get offset(): number | undefined {
    return this.#open?.first.offset;
  }

  /** A blank line: part of the record if that goes on. */
  blank(): void {
    if (this.#open !== undefined) this.#blank++;
  }

  /** Takes a line; what is whole goes to `out`. */
  add(record: LogRecord, out: LogRecord[]): void {
    const open = this.#open;
    if (open !== undefined) {
      const hasRoom = this.#hasRoom(open, record.text);
      if (hasRoom && open.kind.passes?.(open, record.text) === true) {
        this.#size += record.text.length;
        this.#behind.push(record);
        return;
      }
      if (hasRoom && open.kind.continues(open, record.text)) return this.#append(open, record, out);
      this.close(out);
    }
    const kind = this.#kindOf(record.text);
    if (kind === undefined) out.push(record);
    else this.#begin(record, kind);
  }

  /** Ends the open record. None is open then: what came behind it is not held back again, since it may stand before what left. */
  close(out: LogRecord[]): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const behind = [...this.#notPartOf(open), ...this.#behind];
    out.push(open.lines.length === 1 ? open.first : this.#joined(open));
    if (behind.length === 0) return;
    this.#behind = [];
    for (const record of behind) this.add(record, out);
    this.close(out);
  }

  /** Takes the doubtful lines out of a record that has no end. */
  #notPartOf(open: OpenJoin): readonly LogRecord[] {
    const doubted = this.#doubted;
    if (doubted.length === 0) return doubted;
    this.#doubted = [];
    if (open.kind.isWhole?.(open) === true) return [];
    open.lines.length = this.#firm;
    this.#bytes?.splice(this.#firm);
    return doubted;
  }

  #begin(first: LogRecord, kind: JoinKind): void {
    this.#open = { kind, first, lines: [first.text], mark: '' };
    this.#size = first.text.length;
    this.#blank = 0;
    this.#bytes = undefined;
  }

  #append(open: OpenJoin & { readonly first: LogRecord }, record: LogRecord, out: LogRecord[]): void {
    if (record.bytes !== undefined || this.#bytes !== undefined || open.first.bytes !== undefined) {
      this.#bytes ??= open.lines.map((line, i) => (i === 0 ? open.first.bytes : undefined) ?? Buffer.from(line));
      for (let i = 0; i < this.#blank; i++) this.#bytes.push(Buffer.alloc(0));
      this.#bytes.push(record.bytes ?? Buffer.from(record.text));
    }
    if (this.#doubted.length > 0) this.#doubted.push(record);
    else if (open.kind.isDoubtful?.(open, record.text) === true) {
      this.#doubted = [record];
      this.#firm = open.lines.length;
    }
    for (; this.#blank > 0; this.#blank--) open.lines.push('');
    open.lines.push(record.text);
    this.#size += record.text.length;
    if (open.kind.isWhole?.(open) === true) this.close(out);
  }

  #hasRoom({ kind, lines }: OpenJoin, text: string): boolean {
    return (
      lines.length + this.#blank + this.#behind.length < (kind.maxLines ?? this.#joining.maxLines) &&
      this.#size + text.length + this.#blank <= MAX_JOINED
    );
  }

  #kindOf(text: string): JoinKind | undefined {
    const { rule } = this.#joining;
    if (rule === 'auto') return kindOf(text);
    return rule === 'indent' ? INDENTED : { continues: (_, line) => !rule(line) };
  }

  #joined({ kind, lines, first }: OpenJoin & { readonly first: LogRecord }): LogRecord {
    const text = kind.merge === undefined ? lines.join('\n') : kind.merge(lines);
    const bytes = this.#bytes?.flatMap((line, i) => (i === 0 ? [line] : [LF, line]));
    return { ...first, text, bytes: bytes && Buffer.concat(bytes) };
  }
}

const LF = Buffer.from('\n');
const INDENTED: JoinKind = { continues: (_, line) => isIndented(line) };
