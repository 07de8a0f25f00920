/** A condition as written, over names of selections (or of rules, in an extended correlation condition). */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly item: Condition }
  | { readonly kind: 'name'; readonly name: string; readonly offset: number }
  | { readonly kind: 'of'; readonly all: boolean; readonly pattern: string; readonly offset: number };

/** Why a condition can't be read; `offset` counts characters from its beginning. */
export interface ConditionFault {
  readonly kind: 'fault';
  readonly offset: number;
  readonly reason: string;
  readonly fix: string;
}

interface Token {
  readonly text: string;
  readonly offset: number;
}

const MAX_TOKENS = 20_000;
const MAX_DEPTH = 100;

/**
 * Parses a Sigma condition: `not` binds tighter than `and`, `and` than `or`; parentheses; `1 of`, `any of` and
 * `all of` with `them` or a pattern with `*`. Operators are read in any case. Never throws; linear.
 * Source: Sigma Rules Specification 2.0, "Condition".
 */
export function parseCondition(text: string): Condition | ConditionFault {
  const tokens = tokenise(text);
  if (!Array.isArray(tokens)) return tokens as ConditionFault;
  const parser = new Parser(tokens as readonly Token[], text.length);
  return parser.parse();
}

const WORD = /[^\s()|]+/y;

function tokenise(text: string): readonly Token[] | ConditionFault {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    const char = text.charAt(offset);
    if (/\s/.test(char)) offset++;
    else if (char === '|') return pipeFault(text, offset);
    else {
      WORD.lastIndex = offset;
      const word = char === '(' || char === ')' ? char : (WORD.exec(text)?.[0] ?? char);
      tokens.push({ text: word, offset });
      offset += word.length;
    }
    if (tokens.length > MAX_TOKENS) return fault(offset, 'the condition is too long', 'split the rule');
  }
  return tokens;
}

/** What correlations have for the aggregations that conditions had after a pipe. */
const AGGREGATIONS: Readonly<Record<string, string>> = {
  count: 'type event_count, or value_count where it counted a field',
  sum: 'type value_sum',
  avg: 'type value_avg',
  near: 'type temporal',
  min: 'value_percentile with `percentile: 0`',
  max: 'value_percentile with `percentile: 100`',
};

function pipeFault(text: string, offset: number): ConditionFault {
  if (text.charAt(offset + 1) === '|') return fault(offset, '`||` is not in Sigma', 'write `or`');
  const name = /^\|\s*(\w+)/.exec(text.slice(offset, offset + 40))?.[1]?.toLowerCase() ?? '';
  const type = AGGREGATIONS[name];
  const what = type === undefined ? 'what stands after a pipe' : `the aggregation \`| ${name}\``;
  const fix = `write a correlation rule: ${type ?? 'type event_count, value_count or temporal'}, with group-by, timespan and condition`;
  return fault(offset, `${what} was removed from Sigma`, fix);
}

function fault(offset: number, reason: string, fix: string): ConditionFault {
  return { kind: 'fault', offset, reason, fix };
}

/** Operators of other languages, with what Sigma says instead. */
const FOREIGN: Readonly<Record<string, string>> = {
  '&&': 'write `and`',
  '&': 'write `and`',
  ',': 'write `and` or `or`',
  '!': 'write `not`',
};

const OPERATORS = new Set(['and', 'or', 'not', 'of', '(', ')']);

/** Recursive descent, at most 100 parentheses deep. Throws only its own fault, which `parse` catches. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  parse(): Condition | ConditionFault {
    const condition = this.#or();
    const rest = this.#tokens[this.#next];
    if (condition.kind === 'fault' || rest === undefined) return condition;
    const name = `\`${rest.text.slice(0, 80)}\``;
    const meant = FOREIGN[rest.text];
    if (meant !== undefined) return fault(rest.offset, `${name} is not in Sigma`, meant);
    if (rest.text === ')')
      return fault(rest.offset, 'a closing parenthesis has no opening one', 'remove it, or open it');
    return fault(rest.offset, `${name} follows without an operator`, `write \`and\` or \`or\` before ${name}`);
  }

  #or(): Condition | ConditionFault {
    return this.#chain('or', () => this.#chain('and', () => this.#not()));
  }

  #chain(kind: 'and' | 'or', read: () => Condition | ConditionFault): Condition | ConditionFault {
    const first = read();
    if (first.kind === 'fault') return first;
    const items: Condition[] = [first];
    while (this.#word() === kind) {
      this.#next++;
      const item = read();
      if (item.kind === 'fault') return item;
      items.push(item);
    }
    return items.length === 1 ? first : { kind, items };
  }

  #not(): Condition | ConditionFault {
    let negated = false;
    while (this.#word() === 'not') {
      negated = !negated;
      this.#next++;
    }
    const item = this.#primary();
    return item.kind === 'fault' || !negated ? item : { kind: 'not', item };
  }

  #primary(): Condition | ConditionFault {
    const token = this.#tokens[this.#next];
    if (token === undefined)
      return fault(
        this.#end,
        'the condition ends where a name is expected',
        'name a selection, or remove the operator',
      );
    if (token.text === '(') return this.#group(token);
    if (this.#word(1) === 'of') return this.#of(token);
    if (OPERATORS.has(token.text.toLowerCase())) {
      return fault(
        token.offset,
        `\`${token.text}\` stands where a name is expected`,
        'name a selection on both sides of an operator',
      );
    }
    if (token.text.startsWith('!'))
      return fault(token.offset, '`!` is not in Sigma', `write \`not ${token.text.slice(1, 80)}\``);
    this.#next++;
    return { kind: 'name', name: token.text, offset: token.offset };
  }

  #group(open: Token): Condition | ConditionFault {
    if (++this.#depth > MAX_DEPTH)
      return fault(open.offset, 'parentheses are nested too deeply', 'simplify the condition');
    this.#next++;
    const inner = this.#or();
    if (inner.kind === 'fault') return inner;
    if (this.#word() !== ')') return fault(open.offset, 'a parenthesis is not closed', 'add the closing `)`');
    this.#next++;
    this.#depth--;
    return inner;
  }

  #of(quantifier: Token): Condition | ConditionFault {
    const word = quantifier.text.toLowerCase();
    if (word !== '1' && word !== 'any' && word !== 'all') {
      return fault(
        quantifier.offset,
        `\`${quantifier.text.slice(0, 80)} of\` is not in Sigma`,
        'use `1 of`, `any of` or `all of`',
      );
    }
    const target = this.#tokens[this.#next + 2];
    if (target?.text === '(') return this.#ofList(word, target);
    if (target === undefined || OPERATORS.has(target.text.toLowerCase())) {
      return fault(
        target?.offset ?? this.#end,
        `\`${word} of\` needs a pattern`,
        'write `them`, or a pattern such as `selection*`',
      );
    }
    this.#next += 3;
    return { kind: 'of', all: word === 'all', pattern: target.text, offset: target.offset };
  }

  /** `1 of (a*, b*)`: refused, with the same in words that Sigma has. */
  #ofList(word: string, open: Token): ConditionFault {
    const rest = this.#tokens.slice(this.#next + 3, this.#next + 13);
    const close = rest.findIndex(({ text }) => text === ')');
    const names = rest
      .slice(0, Math.max(close, 0))
      .flatMap(({ text }) => text.split(',').filter((name) => name !== ''));
    const each = names.filter((name) => !OPERATORS.has(name.toLowerCase())).map((name) => `${word} of ${name}`);
    const fix =
      each.length === 0
        ? '`them`, or a pattern such as `selection*`'
        : `\`(${each.join(word === 'all' ? ' and ' : ' or ')})\``;
    return fault(open.offset, `\`${word} of\` takes one pattern, no list in parentheses`, `write ${fix.slice(0, 300)}`);
  }

  #word(ahead = 0): string | undefined {
    return this.#tokens[this.#next + ahead]?.text.toLowerCase();
  }
}

/**
 * The names a quantifier stands for: all for `them`, else those the pattern matches. Names that begin with `_` are
 * left out, unless the pattern itself begins so. Linear in names times pattern.
 */
export function namesOf(pattern: string, names: Iterable<string>): readonly string[] {
  const everything = pattern.toLowerCase() === 'them';
  const hidden = pattern.startsWith('_');
  const allowed = [...names].filter((name) => hidden || !name.startsWith('_'));
  return everything ? allowed : namesMatching(pattern, allowed);
}

/** Those of the names that a pattern with `*` matches. Linear in names times pattern. */
export function namesMatching(pattern: string, names: Iterable<string>): readonly string[] {
  const pieces = pattern.split('*');
  return [...names].filter((name) => matchesPieces(name, pieces));
}

/** Whether a name is the pieces in order with anything between them: greedy from the left, the last at the end. */
function matchesPieces(name: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return name === first;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from <= name.length - last.length;
}
