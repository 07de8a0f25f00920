import type { Entry, RuleNode } from '../reader.js';
import { plainType, verbatimAt } from '../scalar-type.js';

/** A node and the place behind it. */
interface Read {
  readonly node: RuleNode;
  readonly end: number;
}

const KEY = /[A-Za-z0-9_][A-Za-z0-9_.|*/@-]{0,200}:(?= )/y;
/** Words with single spaces between them; what YAML could read otherwise is left to its parser. */
const PLAIN = /[A-Za-z0-9_][A-Za-z0-9_.|*/@$%;=()+\\-]*(?: [A-Za-z0-9_.|*/@$%;=()+\\-]+)*(?=[ ,\]}])/y;
const SINGLE = /'[^'\n]*'(?=[ ,\]}])/y;
const DOUBLE = /"[^"\\\n]*"(?=[ ,\]}])/y;
const DEPTH_LIMIT = 20;

/**
 * Reads a flow list or map that ends in its line: `[a, 'b', 5]`, `{ a|contains: b, c: [d] }`, whose scalars are plain words
 * or quoted texts without escapes. Returns just what the yaml package makes of it, or undefined where anything else stands
 * there. `count` is told of every node. Linear in the text.
 */
export function readFlow(text: string, at: number, count: () => void): Read | undefined {
  return new FlowReader(text, count).read(at, 0);
}

class FlowReader {
  constructor(
    private readonly text: string,
    private readonly count: () => void,
  ) {}

  read(at: number, depth: number): Read | undefined {
    this.count();
    const mark = this.text.charAt(at);
    if (mark === '[' || mark === '{') {
      if (depth >= DEPTH_LIMIT) return undefined;
      return mark === '[' ? this.#list(at, depth) : this.#map(at, depth);
    }
    return this.#scalar(mark, at);
  }

  #scalar(mark: string, at: number): Read | undefined {
    const pattern = mark === "'" ? SINGLE : mark === '"' ? DOUBLE : PLAIN;
    pattern.lastIndex = at;
    if (!pattern.test(this.text)) return undefined;
    const end = pattern.lastIndex;
    if (pattern === PLAIN) {
      const text = this.text.slice(at, end);
      return { node: { kind: 'scalar', type: plainType(text), text, at, textAt: at }, end };
    }
    const text = this.text.slice(at + 1, end - 1);
    return { node: { kind: 'scalar', type: 'string', text, at, textAt: verbatimAt(this.text, text, at + 1) }, end };
  }

  #list(at: number, depth: number): Read | undefined {
    const items: RuleNode[] = [];
    let next = this.#skip(at + 1);
    if (this.text.charAt(next) === ']') return { node: { kind: 'list', items, at }, end: next + 1 };
    for (;;) {
      const item = this.read(next, depth + 1);
      if (item === undefined) return undefined;
      items.push(item.node);
      const after = this.#skip(item.end);
      if (this.text.charAt(after) === ']') return { node: { kind: 'list', items, at }, end: after + 1 };
      if (this.text.charAt(after) !== ',') return undefined;
      next = this.#skip(after + 1);
    }
  }

  #map(at: number, depth: number): Read | undefined {
    const entries = new Map<string, Entry>();
    let next = this.#skip(at + 1);
    if (this.text.charAt(next) === '}') return { node: { kind: 'map', entries, at }, end: next + 1 };
    for (;;) {
      KEY.lastIndex = next;
      if (!KEY.test(this.text)) return undefined;
      const key = this.text.slice(next, KEY.lastIndex - 1);
      const value = this.read(this.#skip(KEY.lastIndex), depth + 1);
      if (value === undefined || entries.has(key)) return undefined;
      entries.set(key, { key, at: next, value: value.node });
      const after = this.#skip(value.end);
      if (this.text.charAt(after) === '}') return { node: { kind: 'map', entries, at }, end: after + 1 };
      if (this.text.charAt(after) !== ',') return undefined;
      next = this.#skip(after + 1);
    }
  }

  #skip(at: number): number {
    let to = at;
    while (this.text.charAt(to) === ' ') to++;
    return to;
  }
}
