/** Texts one of which every match of an expression contains; an empty list: nothing is known. */
export type Required = readonly string[];

const NOTHING: Required = [];
/** More alternatives than this cost more to look for than the expression itself. */
const MOST = 12;

/**
 * The literals that an expression requires: a text that contains none of them can't match. Conservative: what is not
 * understood requires nothing. Reads plain characters, escapes, classes and groups with alternatives; case is kept.
 *
 * Cost: linear in the pattern. Used to pass over most of uap-core's expressions without running (or compiling) them.
 */
export function requiredLiterals(pattern: string): Required {
  return new LiteralReader(pattern).all() ?? NOTHING;
}

class LiteralReader {
  #at = 0;

  constructor(readonly pattern: string) {}

  /** undefined where the pattern has something that is not understood. */
  all(): Required | undefined {
    const found = this.#alternatives();
    return this.#at < this.pattern.length ? undefined : found;
  }

  /** What alternatives require together: each its best, or nothing if one of them requires nothing. */
  #alternatives(): Required {
    let all: string[] | undefined = [];
    for (;;) {
      const best = this.#sequence();
      all = best.length === 0 || all === undefined ? undefined : [...all, ...best];
      if (this.pattern[this.#at] !== '|') break;
      this.#at++;
    }
    return all === undefined || all.length > MOST ? NOTHING : all;
  }

  /** The best of what a sequence requires, up to `|`, `)` or the end. */
  #sequence(): Required {
    let best: Required = NOTHING;
    let run = '';
    const take = (candidate: Required): void => {
      if (score(candidate) > score(best)) best = candidate;
    };
    const end = (): void => {
      if (run !== '') take([run]);
      run = '';
    };
    for (let char = this.pattern[this.#at]; char !== undefined && char !== '|' && char !== ')';) {
      const item = char === '(' ? this.#group() : this.#single();
      const optional = this.#quantifier();
      if (typeof item === 'string' && optional === 'once') run += item;
      else {
        end();
        if (optional !== 'maybe') take(typeof item === 'string' ? (item === '' ? NOTHING : [item]) : item);
      }
      char = this.pattern[this.#at];
    }
    end();
    return best;
  }

  #group(): Required {
    this.#at++;
    let isAhead = false;
    if (this.pattern[this.#at] === '?') {
      isAhead = this.pattern[this.#at + 1] !== ':';
      this.#at += 2;
    }
    const inside = this.#alternatives();
    this.#at++;
    return isAhead ? NOTHING : inside;
  }

  /** One character, class or anchor: its text if it is a literal, else a requirement of nothing. */
  #single(): string | Required {
    const char = this.pattern[this.#at] as string;
    this.#at++;
    if (char === '[') return this.#class();
    if (char === '.' || char === '^' || char === '$') return NOTHING;
    if (char !== '\\') return char;
    const escaped = this.pattern[this.#at++] ?? '';
    return /[a-z0-9]/i.test(escaped) ? NOTHING : escaped;
  }

  #class(): Required {
    for (let first = true; this.#at < this.pattern.length; first = false) {
      const char = this.pattern[this.#at++];
      if (char === '\\') this.#at++;
      else if (char === ']' && !first) break;
    }
    return NOTHING;
  }

  #quantifier(): 'once' | 'more' | 'maybe' {
    const found = /^(?:[?*+]|\{(\d+)[^}]*\})\??/.exec(this.pattern.slice(this.#at, this.#at + 16));
    if (found === null) return 'once';
    this.#at += found[0].length;
    return found[0].startsWith('+') || Number(found[1] ?? 0) > 0 ? 'more' : 'maybe';
  }
}

/** Longer is rarer; few alternatives are cheaper. */
function score(required: Required): number {
  return required.length === 0 ? 0 : Math.min(...required.map((text) => text.length)) - required.length / MOST;
}
