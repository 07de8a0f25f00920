import type { Entry, ListNode, MapNode, RuleNode, ScalarNode } from '../reader.js';
import { readFlow } from './plain-flow.js';
import { plainType, verbatimAt } from '../scalar-type.js';

/** Thrown and caught inside this file only. */
const NOT_PLAIN = new Error('not in the plain part of YAML');

const DEPTH_LIMIT = 50;
const KEY = /[A-Za-z0-9_][A-Za-z0-9_.|*/@-]{0,200}:(?=[ \n]|$)/y;
/** What begins no plain scalar, or only with care. */
const INDICATORS = new Set('?:,[]{}#&*!|>\'"%@`');
const SPACE = 32;
const DASH = 45;
const HASH = 35;

/**
 * Reads a file in the plain part of YAML that rule files are written in: documents, `---` between them, of block maps and
 * lists, keys without quotes, values of one line (plain, in single quotes, in double quotes without `\`, flow lists and maps
 * of such), and `|` texts.
 *
 * Returns just what the slow way over the yaml package returns for the same text, or undefined where the text holds
 * anything else: an anchor, a tag, a tab, a value over several lines, a key given twice, any error. A property
 * test holds the two to each other. Linear in the text. Source: YAML 1.2.2, chapters 6 to 8.
 */
export function readPlain(text: string, nodeLimit: number): readonly MapNode[] | undefined {
  if (/[^\n -\ufefe\uff00-\uffff]/.test(text)) return undefined;
  try {
    return new PlainReader(text, nodeLimit).read();
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

/** Stands at a line that is neither blank nor a comment; `end` is where its line ends. */
class PlainReader {
  readonly #text: string;
  #nodes: number;
  #depth = 0;
  #end = -1;
  #first = 0;
  /** Columns the current line is indented by; -1 at the end of the text. */
  #indent = -1;
  /** Whether the current line is the `---` between two documents; its `indent` is -1. */
  #atBreak = false;

  constructor(text: string, nodeLimit: number) {
    this.#text = text;
    this.#nodes = nodeLimit;
  }

  read(): readonly MapNode[] {
    const roots: MapNode[] = [];
    do {
      this.#atBreak = false;
      this.#nextLine();
      if (this.#indent !== 0 || this.#isDash(this.#first)) throw NOT_PLAIN;
      roots.push(this.#map(this.#first, 0));
      if (this.#indent >= 0) throw NOT_PLAIN;
    } while (this.#atBreak);
    return roots;
  }

  /** Moves to the next line that says something. */
  #nextLine(): void {
    const text = this.#text;
    while (this.#end < text.length) {
      const start = this.#end + 1;
      const newline = text.indexOf('\n', start);
      this.#end = newline < 0 ? text.length : newline;
      this.#first = this.#skipSpaces(start);
      if (this.#first < this.#end && text.charCodeAt(this.#first) !== HASH) {
        this.#atBreak = this.#end - start === 3 && text.startsWith('---', start);
        this.#indent = this.#atBreak ? -1 : this.#first - start;
        return;
      }
    }
    this.#indent = -1;
  }

  #skipSpaces(at: number): number {
    let to = at;
    while (this.#text.charCodeAt(to) === SPACE) to++;
    return to;
  }

  #isDash(at: number): boolean {
    return this.#text.charCodeAt(at) === DASH && (at + 1 === this.#end || this.#text.charCodeAt(at + 1) === SPACE);
  }

  /** Where the value behind a key's colon or a dash begins; `#end` where the rest is blank or a comment. */
  #valueAt(at: number): number {
    const value = this.#skipSpaces(at);
    return value < this.#end && this.#text.charCodeAt(value) === HASH ? this.#end : value;
  }

  #enter(): void {
    if (--this.#nodes < 0 || ++this.#depth > DEPTH_LIMIT) throw NOT_PLAIN;
  }

  /** A map whose first key stands at `at`, all keys in one column. */
  #map(at: number, column: number): MapNode {
    this.#enter();
    const entries = new Map<string, Entry>();
    let keyAt = at;
    do {
      const colon = this.#keyEnd(keyAt);
      if (colon < 0) throw NOT_PLAIN;
      const key = this.#text.slice(keyAt, colon);
      if (entries.has(key)) throw NOT_PLAIN;
      entries.set(key, { key, at: keyAt, value: this.#mapValue(colon + 1, column) });
      keyAt = this.#first;
    } while (this.#goesOn(column) && !this.#isDash(keyAt));
    this.#depth--;
    return { kind: 'map', entries, at };
  }

  /** The colon behind a key, or -1. */
  #keyEnd(at: number): number {
    KEY.lastIndex = at;
    return KEY.test(this.#text) ? KEY.lastIndex - 1 : -1;
  }

  /** Whether the current line belongs to a block in `column`. */
  #goesOn(column: number): boolean {
    if (this.#indent > column) throw NOT_PLAIN;
    return this.#indent === column;
  }

  #mapValue(at: number, column: number): RuleNode {
    const value = this.#valueAt(at);
    if (value < this.#end) return this.#scalar(value, column);
    const emptyAt = this.#skipSpaces(at);
    this.#nextLine();
    const sameColumn = this.#indent === column && this.#isDash(this.#first);
    return this.#indent > column || sameColumn ? this.#block(this.#first, this.#indent) : this.#empty(emptyAt);
  }

  #empty(at: number): ScalarNode {
    this.#count();
    return { kind: 'scalar', type: 'null', text: '', at, textAt: at };
  }

  #block(at: number, column: number): MapNode | ListNode {
    return this.#isDash(at) ? this.#list(at, column) : this.#map(at, column);
  }

  /** A list whose first dash stands at `at`, all dashes in one column. */
  #list(at: number, column: number): ListNode {
    this.#enter();
    const items: RuleNode[] = [];
    let dash = at;
    do {
      items.push(this.#item(dash, column));
      dash = this.#first;
    } while (this.#goesOn(column) && this.#isDash(dash));
    this.#depth--;
    return { kind: 'list', items, at };
  }

  #item(dash: number, column: number): RuleNode {
    const value = this.#valueAt(dash + 1);
    if (value < this.#end) {
      if (this.#isDash(value) || this.#keyEnd(value) >= 0) return this.#block(value, column + value - dash);
      return this.#scalar(value, column);
    }
    this.#nextLine();
    if (this.#indent <= column) throw NOT_PLAIN;
    return this.#block(this.#first, this.#indent);
  }

  /** A scalar or flow collection that begins in this line, in a block in `column`; moves behind it. */
  #scalar(at: number, column: number): RuleNode {
    const mark = this.#text.charAt(at);
    if (mark === '[' || mark === '{') return this.#flow(at);
    this.#count();
    if (mark === '|') return this.#literal(at, column);
    const node = mark === "'" ? this.#single(at) : mark === '"' ? this.#double(at) : this.#plain(at);
    this.#nextLine();
    return node;
  }

  readonly #count = (): void => {
    if (--this.#nodes < 0) throw NOT_PLAIN;
  };

  #flow(at: number): RuleNode {
    const read = readFlow(this.#text, at, this.#count);
    if (read === undefined || this.#depth >= DEPTH_LIMIT) throw NOT_PLAIN;
    this.#endsAt(read.end);
    this.#nextLine();
    return read.node;
  }

  #plain(at: number): ScalarNode {
    const line = this.#text.slice(at, this.#end);
    const comment = line.indexOf(' #');
    const text = withoutSpaces(comment < 0 ? line : line.slice(0, comment));
    if (INDICATORS.has(text.charAt(0)) || this.#isDash(at) || /:(?: |$)/.test(text)) throw NOT_PLAIN;
    return { kind: 'scalar', type: plainType(text), text, at, textAt: at };
  }

  #single(at: number): ScalarNode {
    let end = this.#text.indexOf("'", at + 1);
    let quotes = false;
    while (end >= 0 && this.#text.charAt(end + 1) === "'") {
      quotes = true;
      end = this.#text.indexOf("'", end + 2);
    }
    const raw = this.#quoted(at, end);
    return this.#quotedNode(quotes ? raw.replaceAll("''", "'") : raw, at);
  }

  #double(at: number): ScalarNode {
    const raw = this.#quoted(at, this.#text.indexOf('"', at + 1));
    if (raw.includes('\\')) throw NOT_PLAIN;
    return this.#quotedNode(raw, at);
  }

  /** What stands between the quotes, which must end in this line, with nothing behind them. */
  #quoted(at: number, end: number): string {
    if (end < 0 || end >= this.#end) throw NOT_PLAIN;
    this.#endsAt(end + 1);
    return this.#text.slice(at + 1, end);
  }

  /** Nothing but a comment may follow in the line. */
  #endsAt(end: number): void {
    const rest = this.#skipSpaces(end);
    if (rest < this.#end && (rest === end || this.#text.charCodeAt(rest) !== HASH)) throw NOT_PLAIN;
  }

  #quotedNode(text: string, at: number): ScalarNode {
    return { kind: 'scalar', type: 'string', text, at, textAt: verbatimAt(this.#text, text, at + 1) };
  }

  /** `|` and `|-`: the lines below as they stand, without their indentation and the empty lines at the end. */
  #literal(at: number, column: number): ScalarNode {
    const header = withoutSpaces(this.#text.slice(at, this.#end));
    if (header !== '|' && header !== '|-') throw NOT_PLAIN;
    const start = this.#end + 1;
    const indent = this.#skipSpaces(start) - start;
    if (indent <= column) throw NOT_PLAIN;
    const text = this.#literalLines(indent).join('\n') + (header === '|' ? '\n' : '');
    this.#nextLine();
    if (this.#indent > column) throw NOT_PLAIN;
    return this.#quotedNode(text, at);
  }

  /** The lines indented by at least `indent`, and the empty ones between them. */
  #literalLines(indent: number): readonly string[] {
    const lines: string[] = [];
    let full = 0;
    for (let start = this.#end + 1; start < this.#text.length; start = this.#end + 1) {
      const end = this.#text.indexOf('\n', start);
      const first = this.#skipSpaces(start);
      const isEmpty = first === end;
      if (!isEmpty && first - start < indent) break;
      // An empty line at the beginning, or one longer than the indentation, says more; so does a missing last newline.
      if (end < 0 || (isEmpty && (lines.length === 0 || first - start > indent))) throw NOT_PLAIN;
      lines.push(isEmpty ? '' : this.#text.slice(start + indent, end));
      if (!isEmpty) full = lines.length;
      this.#end = end;
    }
    return lines.slice(0, full);
  }
}

/** Without the spaces at its end; other white space is part of a scalar. */
function withoutSpaces(line: string): string {
  let end = line.length;
  while (line.charCodeAt(end - 1) === SPACE) end--;
  return line.slice(0, end);
}
