import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import type { FormatDescription } from '../../event/index.js';
import { describedFormats } from './formats.js';
import type { ConfigFile } from './schema.js';
import { EDGE_KEYS } from './edges.js';
import { configSchema } from './schema.js';
import { SYSLOG_KEYS } from './syslog.js';
import { issueWords } from './words.js';
import { BUNDLED } from '../package-root.js';
import { suggestion } from './suggest.js';

/** Why a configuration can't be used: every problem with its place, a reason and a fix. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(summary(problems));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** One problem of a configuration file. Line 0: the whole file. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Dotted path in the file. */
  readonly path: string;
  readonly reason: string;
}

/** A configuration with the place it was read from; all paths in it are absolute. */
export interface Config extends ConfigFile {
  readonly file: string;
  /** Folder that relative paths started from. */
  readonly base: string;
  /** The formats that the files of `formats:` describe. */
  readonly described: readonly FormatDescription[];
}

/** Problems told at once: a file that is no configuration at all has thousands. */
const TOLD = 10;

function summary(problems: readonly ConfigProblem[]): string {
  const more = problems.length - TOLD;
  return [...problems.slice(0, TOLD).map(problemText), ...(more > 0 ? [`and ${more} more problems`] : [])].join('\n');
}

const MAX_BYTES = 1_048_576;
const MAX_DEPTH = 64;

/**
 * Reads and checks one configuration file. Secrets come only as `${env:NAME}` or `${file:PATH}` inside values.
 *
 * @throws ConfigError with every problem found, each with line, column, path and a suggestion.
 */
export function loadConfig(file: string, env: NodeJS.ProcessEnv = process.env): Config {
  const text = readText(file);
  const lines = new LineCounter();
  guardNesting(file, text);
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    throw new ConfigError(
      broken.map((error) => {
        const at = lines.linePos(error.pos[0]);
        return { file, line: at.line, column: at.col, path: '', reason: yamlWords(error.message) };
      }),
    );
  }
  const base = dirname(resolve(file));
  const place = (path: readonly PropertyKey[]): { line: number; column: number } => placeOf(document, lines, path);
  const value = substitute(document.toJS({ maxAliasCount: 100 }) ?? {}, [], { file, base, env, place });
  const parsed = configSchema.safeParse(value, { error: issueWords });
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap((issue) => describe(issue, file, place)));
  const config = absolute({ ...parsed.data, file, base, described: [] });
  const { described, problems } = describedFormats(config, file, place);
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...config, described };
}

/** The parser's first line without the place, which is told before it. */
function yamlWords(message: string): string {
  const [line = 'not YAML'] = message.split('\n');
  return `${line.replace(/ at line \d+, column \d+:?$/u, '')}; mend the YAML at this place`;
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist; check the path',
  EISDIR: 'is a folder; name a file in it',
  EACCES: 'may not be read by this user; change its permissions',
};

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_BYTES) throw new Error('it is larger than 1 MiB');
    return bytes.toString('utf8');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = UNREADABLE[code] ?? `can't be read: ${message}`;
    throw new ConfigError([{ file, line: 0, column: 0, path: '', reason }]);
  }
}

/** Flow collections nested too deep abort the YAML parser uncatchably: counted before it sees them. */
function guardNesting(file: string, text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) depth++;
    else if ((c === 0x5d || c === 0x7d) && depth > 0) depth--;
    if (depth > MAX_DEPTH) {
      throw new ConfigError([
        {
          file,
          line: 0,
          column: 0,
          path: '',
          reason: `brackets nested deeper than ${MAX_DEPTH}; no configuration needs that`,
        },
      ]);
    }
  }
  for (const line of text.split('\n')) {
    if (/^(?:\s*[-?:]\s){65}/u.test(line) || /^ {2000}/u.test(line)) {
      throw new ConfigError([
        { file, line: 0, column: 0, path: '', reason: 'nested deeper than any configuration needs' },
      ]);
    }
  }
}

interface Substitution {
  readonly file: string;
  readonly base: string;
  readonly env: NodeJS.ProcessEnv;
  readonly place: (path: readonly PropertyKey[]) => { line: number; column: number };
}

function substitute(value: unknown, path: readonly PropertyKey[], context: Substitution): unknown {
  if (typeof value === 'string') {
    const text = value.replace(/\$\{(env|file):([^}]+)\}/gu, (_, kind, name) =>
      secret(kind as string, name as string, path, context),
    );
    if (text.includes('\0')) throw problemAt(path, context, 'a NUL character stands in it; take it out');
    return text;
  }
  if (Array.isArray(value)) return value.map((item, i) => substitute(item, [...path, i], context));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(item, [...path, key], context)]),
  );
}

function problemAt(path: readonly PropertyKey[], { file, place }: Substitution, reason: string): ConfigError {
  return new ConfigError([{ file, ...place(path), path: path.join('.'), reason }]);
}

function secret(kind: string, name: string, path: readonly PropertyKey[], context: Substitution): string {
  const fail = (reason: string): never => {
    throw problemAt(path, context, reason);
  };
  if (kind === 'env')
    return context.env[name] ?? fail(`the environment has no ${name}; set it, or remove \${env:${name}}`);
  try {
    return readFileSync(resolve(context.base, name), 'utf8').trim();
  } catch {
    return fail(`the file ${name} named by \${file:${name}} can't be read`);
  }
}

function placeOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): { line: number; column: number } {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    const start = node?.range?.[0];
    if (start !== undefined) {
      const at = lines.linePos(start);
      return { line: at.line, column: at.col };
    }
  }
  return { line: 1, column: 1 };
}

function describe(
  issue: z.core.$ZodIssue,
  file: string,
  place: (path: readonly PropertyKey[]) => { line: number; column: number },
): readonly ConfigProblem[] {
  const within = issue.code === 'invalid_union' ? branchOf(issue.errors) : undefined;
  if (within !== undefined) {
    return within.flatMap((one) => describe({ ...one, path: [...issue.path, ...one.path] }, file, place));
  }
  if (issue.code !== 'unrecognized_keys') {
    return [{ file, ...place(issue.path), path: issue.path.join('.'), reason: lowerFirst(issue.message) }];
  }
  const known = keysAt(issue.path);
  return issue.keys.map((key) => {
    const path = [...issue.path, key];
    return { file, ...place(path), path: path.join('.'), reason: `unknown key '${key}'${suggestion(key, known)}` };
  });
}

/** Of the kinds of value that may stand somewhere, the one that was meant: wrong further in, else one of some words. */
function branchOf(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  return (
    branches.find((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0)) ??
    branches.find((issues) => issues.some(({ code }) => code === 'invalid_value'))
  );
}

const INPUT_KEYS = [
  ...['path', 'syslog', 'topics', 'topic-pattern', 'group', 'start', 'type'],
  ...['pattern', 'timezone', 'host', 'logsource', 'fields', 'mapping', 'multiline'],
];

/** The keys the schema knows at a path, for suggestions. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const shape: Readonly<Record<string, readonly string[]>> = {
    '': Object.keys(configSchema.shape),
    inputs: INPUT_KEYS,
    'inputs.syslog': SYSLOG_KEYS,
    'inputs.multiline': ['start', 'max-lines', 'timeout'],
    lists: ['path', 'kind'],
    geoip: ['city', 'asn'],
    overrides: ['disabled', 'level', 'threshold', 'timespan'],
    ...EDGE_KEYS,
    http: ['host', 'port'],
    log: ['level', 'pretty'],
  };
  const named = path.filter((step) => typeof step !== 'number').join('.');
  return shape[named] ?? shape[String(path[0] ?? '')] ?? [];
}

/** `file:line:column: path: reason`, as compilers write it. */
export function problemText(problem: ConfigProblem): string {
  const at = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  return `${at}: ${problem.path === '' ? '' : `${problem.path}: `}${problem.reason}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function absolute(config: Config): Config {
  const at = (path: string): string => (isAbsolute(path) || path === '-' ? path : resolve(config.base, path));
  return {
    ...config,
    data: at(config.data),
    inputs: config.inputs.map((input) => ({ ...input, path: input.path.map(at) })),
    ...(config.rules !== undefined && { rules: config.rules.map((path) => (path === BUNDLED ? path : at(path))) }),
    values: config.values.map(at),
    formats: config.formats.map(at),
    lists: Object.fromEntries(
      Object.entries(config.lists).map(([name, list]) => [name, { ...list, path: at(list.path) }]),
    ),
    ...(config.assets !== undefined && { assets: at(config.assets) }),
    ...(config.geoip !== undefined && { geoip: mapped(config.geoip, at) }),
    outputs: config.outputs.map((output) => (output.type === 'ndjson' ? { ...output, path: at(output.path) } : output)),
  };
}

function mapped(geoip: NonNullable<Config['geoip']>, at: (path: string) => string): NonNullable<Config['geoip']> {
  const { city, asn } = geoip;
  return { ...(city !== undefined && { city: at(city) }), ...(asn !== undefined && { asn: at(asn) }) };
}
