import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import type { FormatDescription } from '../../event/index.js';
import { describedFormats } from './formats.js';
import type { ConfigFile } from './schema.js';
import { keyWords } from './keys.js';
import type { KeyWords } from './keys.js';
import { configSchema } from './schema.js';
import { unreadable, withSecrets } from './secrets.js';
import { issueWords } from './words.js';
import { yamlFix } from '../../rule/yaml/fix.js';
import { BUNDLED } from '../package-root.js';

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
        return { file, line: at.line, column: at.col, path: '', reason: yamlWords(error) };
      }),
    );
  }
  const base = dirname(resolve(file));
  const place: Place = (path, ofKey) => placeOf(document, lines, path, ofKey);
  const { value, problems: unset } = withSecrets(valuesOf(file, document), { base, env });
  if (unset.length > 0) {
    throw new ConfigError(unset.map(({ path, reason }) => ({ file, ...place(path), path: path.join('.'), reason })));
  }
  const parsed = configSchema.safeParse(value, { error: issueWords });
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap((issue) => describe(issue, file, place)));
  const config = absolute({ ...parsed.data, file, base, described: [] });
  const { described, problems } = describedFormats(config, file, place);
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...config, described };
}

/** The parser's first line without the place, which is told before it, and what mends it. */
function yamlWords({ code, message }: { readonly code: string; readonly message: string }): string {
  const [line = 'not YAML'] = message.split('\n');
  const reason =
    code === 'MULTIPLE_DOCS' ? 'a second document begins' : line.replace(/ at line \d+, column \d+:?$/u, '');
  return `${reason}; ${yamlFix({ code, message })}`;
}

/** @throws ConfigError where an alias names nothing, or too many are used. */
function valuesOf(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      { file, line: 0, column: 0, path: '', reason: `${lowerFirst(reason)}; quote a value that begins with * or &` },
    ]);
  }
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_BYTES) throw new Error('it is larger than 1 MiB');
    return bytes.toString('utf8');
  } catch (error) {
    const reason = unreadable(error);
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

type Place = (path: readonly PropertyKey[], ofKey?: boolean) => { line: number; column: number };

/** Where a value stands, or its key; what is missing stands where that begins which it is missing from. */
function placeOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
  ofKey = false,
): ReturnType<Place> {
  for (let length = path.length; length > 0; length--) {
    const steps = path.slice(0, length);
    const start = (ofKey ? keyStart(document, steps) : undefined) ?? rangeStart(document.getIn(steps, true));
    if (start !== undefined) {
      const at = lines.linePos(start);
      return { line: at.line, column: at.col };
    }
  }
  return { line: 1, column: 1 };
}

function keyStart(document: Document, path: readonly PropertyKey[]): number | undefined {
  const map: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(map)) return undefined;
  return rangeStart(map.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1))?.key);
}

function rangeStart(node: unknown): number | undefined {
  return (node as { readonly range?: readonly number[] } | null | undefined)?.range?.[0];
}

/** The schema's keys, read when the first unknown one is met. */
let words: KeyWords | undefined;

function describe(
  issue: z.core.$ZodIssue,
  file: string,
  place: Place,
  before: readonly PropertyKey[] = [],
): readonly ConfigProblem[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors);
    if (meant !== undefined) return meant.flatMap((one) => describe(one, file, place, path));
  }
  if (issue.code !== 'unrecognized_keys') {
    return [{ file, ...place(path), path: path.join('.'), reason: lowerFirst(issue.message) }];
  }
  words ??= keyWords(configSchema);
  const said = words;
  return issue.keys.map((key) => {
    const whole = [...path, key];
    return { file, ...place(whole, true), path: whole.join('.'), reason: `unknown key '${key}'${said(path, key)}` };
  });
}

/** Of what may stand in a place, that which the value is of its kind: its faults lie deeper, or are of its keys. */
function meantBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const ofKind = branches.filter((issues) =>
    issues.every(({ path, code }) => path.length > 0 || !['invalid_type', 'invalid_value'].includes(code)),
  );
  return ofKind.length === 1 ? ofKind[0] : undefined;
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
