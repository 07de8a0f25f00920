import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What is wrong with a value, and where in the configuration it stands. */
export interface ValueProblem {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
}

/** Where secrets come from: the environment, and the folder that relative paths start from. */
export interface SecretSources {
  readonly base: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Keys whose values are secrets or tell of an account: any other `${…}` left in one is a mistake. */
const SECRET_KEYS: ReadonlySet<PropertyKey> = new Set(['api-key', 'username', 'password', 'ca', 'cert', 'key']);
/** Keys that hold tables whose keys are the user's own. */
const TABLES: ReadonlySet<PropertyKey> = new Set(['fields', 'mapping']);
/** Keys whose values are format strings and expressions: a `${name}` is theirs. */
const EXPRESSION_KEYS: ReadonlySet<PropertyKey> = new Set(['pattern', 'topic-pattern', 'start']);

/** A dollar sign before a short one makes it a plain text. */
const REFERENCE = /\$\{(env|file):([^}]+)\}|(\$?)\$\{([A-Za-z_]\w*)\}/gu;

/**
 * A configuration's values with `${env:NAME}`, its short form `${NAME}` (but in format strings, where that is a web
 * server's variable), and `${file:PATH}` (its text without outer white space) put in place, wherever they stand in a
 * text; `$${NAME}` becomes the text `${NAME}`. What can't be put in place is told once for each value, all at once.
 */
export function withSecrets(
  value: unknown,
  sources: SecretSources,
): { readonly value: unknown; readonly problems: readonly ValueProblem[] } {
  const problems: ValueProblem[] = [];
  return { value: walk(value, [], sources, problems), problems };
}

function walk(value: unknown, path: readonly PropertyKey[], sources: SecretSources, problems: ValueProblem[]): unknown {
  if (typeof value === 'string') return substitute(value, path, sources, problems);
  if (Array.isArray(value)) return value.map((item, i) => walk(item, [...path, i], sources, problems));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key], sources, problems)]),
  );
}

function substitute(
  value: string,
  path: readonly PropertyKey[],
  sources: SecretSources,
  problems: ValueProblem[],
): string {
  const fail = (reason: string): string => {
    problems.push({ path, reason });
    return '';
  };
  const key = path.at(-1) ?? '';
  const isOurs = !TABLES.has(path.at(-2) ?? '');
  const isSecret = isOurs && SECRET_KEYS.has(key);
  const wrong = isSecret ? /\$\{(?!env:|file:|[A-Za-z_]\w*\})([^}]*)\}/u.exec(value) : null;
  if (wrong !== null) {
    const [written, name] = wrong;
    return fail(`${written} says not where the secret is; write \${env:${name}} or \${file:${name}}`);
  }
  const isExpression = isOurs && EXPRESSION_KEYS.has(key);
  const text = value.replace(
    REFERENCE,
    (written: string, kind?: string, place?: string, escape?: string, short?: string) => {
      if (kind === undefined && isExpression) return written;
      if (escape === '$') return written.slice(1);
      if (kind === 'file') return fileText(place ?? '', sources, fail);
      const name = place ?? short ?? '';
      const instead = kind === undefined ? `write $${written} for the text ${written}` : `remove ${written}`;
      return sources.env[name] ?? fail(`the environment has no ${name}; set it, or ${instead}`);
    },
  );
  return text.includes('\0') ? fail('a NUL character stands in it; take it out') : text;
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist; check the path',
  EISDIR: 'is a folder; name a file in it',
  EACCES: 'may not be read by this user; change its permissions',
};

/** Why a file could not be read, and what mends it. */
export function unreadable(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return UNREADABLE[code] ?? `can't be read: ${message}`;
}

function fileText(name: string, { base }: SecretSources, fail: (reason: string) => string): string {
  try {
    return readFileSync(resolve(base, name), 'utf8').trim();
  } catch (error) {
    return fail(`the file ${name} named by \${file:${name}} ${unreadable(error)}`);
  }
}
