import type { Fields } from '../../../../event/index.js';

/** The names of a process's or a file's fields. */
export type OwnNames = Readonly<Record<Part, string>>;

type Part = 'executable' | 'name' | 'line' | 'args' | 'count' | 'imphash' | 'md5' | 'sha1' | 'sha256';

/** The names of the fields below a prefix. */
function namesBelow(prefix: string): OwnNames {
  return {
    executable: `${prefix}.executable`,
    name: `${prefix}.name`,
    line: `${prefix}.command_line`,
    args: `${prefix}.args`,
    count: `${prefix}.args_count`,
    imphash: `${prefix}.pe.imphash`,
    md5: `${prefix}.hash.md5`,
    sha1: `${prefix}.hash.sha1`,
    sha256: `${prefix}.hash.sha256`,
  };
}

/** Those of a process, of its parent, and of a file. */
export const PROCESS_NAMES = namesBelow('process');
/** See `PROCESS_NAMES`. */
export const PARENT_NAMES = namesBelow('process.parent');
/** See `PROCESS_NAMES`. */
export const FILE_NAMES = namesBelow('file');

/** Sets the path of a program that runs, and its name. */
export function setExecutable(fields: Fields, names: OwnNames, path: string | undefined): void {
  if (path === undefined) return;
  fields[names.executable] = path;
  fields[names.name] = programName(path);
}

/**
 * The part of a program's path behind the last backslash, of one without behind the last slash: a WMI consumer's command may have
 * options.
 */
export function programName(path: string): string {
  const slash = path.lastIndexOf('\\');
  return slash < 0 ? baseName(path) : path.slice(slash + 1);
}

/** Sets `file.path`, its directory, name and extension. */
export function setFile(fields: Fields, path: string | undefined): void {
  if (path === undefined) return;
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  fields['file.path'] = path;
  fields['file.name'] = name;
  if (path.length > name.length) fields['file.directory'] = path.slice(0, -name.length - 1);
  if (dot >= 0 && dot < name.length - 1) fields['file.extension'] = name.slice(dot + 1);
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
}

/** `DOMAIN\user` as its two parts. */
export function setDomainUser(fields: Fields, user: string | undefined): void {
  if (user === undefined) return;
  const slash = user.indexOf('\\');
  fields['user.name'] = user.slice(slash + 1);
  if (slash > 0) fields['user.domain'] = user.slice(0, slash);
}

/** The kinds of hashes that have a field, by how Sysmon writes them. */
const HASHES = [
  ['SHA1=', 'sha1'],
  ['MD5=', 'md5'],
  ['SHA256=', 'sha256'],
  ['IMPHASH=', 'imphash'],
] as const;

/** Sets `<prefix>.hash.*` (and `<prefix>.pe.imphash`) of Sysmon's `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`. */
export function setHashes(fields: Fields, names: OwnNames, hashes: string | undefined): void {
  if (hashes === undefined) return;
  const text = hashes.length > MAX_HASHES ? hashes.slice(0, MAX_HASHES) : hashes;
  for (let start = 0; start < text.length;) {
    const comma = text.indexOf(',', start);
    const end = comma < 0 ? text.length : comma;
    const [kind, from] = hashAt(text, start, end);
    const value = kind === undefined ? '' : text.slice(from, end);
    if (kind !== undefined && !isNoHash(value)) fields[names[kind]] = firstOf(value).toLowerCase();
    start = end + 1;
  }
}

const MAX_HASHES = 1024;
type Kind = (typeof HASHES)[number][1];
type Found = readonly [kind: Kind | undefined, from: number];
const NONE: Found = [undefined, 0];

/** The kind of the hash written there, and where its value begins. */
function hashAt(text: string, start: number, end: number): Found {
  for (const [written, kind] of HASHES) if (text.startsWith(written, start)) return [kind, start + written.length];
  const equals = text.indexOf('=', start);
  if (equals < 0 || equals >= end) return NONE;
  const name = text.slice(start, equals).trim().toLowerCase();
  return [HASHES.find(([, kind]) => kind === name)?.[1], equals + 1];
}

/** Nothing but zeros up to another `=`. */
function isNoHash(value: string): boolean {
  const first = value.charCodeAt(0);
  return (Number.isNaN(first) || first === ZERO || first === EQUALS) && /^0*(?:$|=)/.test(value);
}

const ZERO = 48;
const EQUALS = 61;

function firstOf(value: string): string {
  return value.includes('=') ? (value.split('=', 1)[0] ?? '') : value;
}

/** Longest command line that is split. */
const MAX_COMMAND = 8192;

/** Sets a command line, its words, and their number. */
export function setCommandLine(fields: Fields, names: OwnNames, line: string | undefined): void {
  if (line === undefined) return;
  fields[names.line] = line;
  const args = commandWords(line);
  if (args.length === 0) return;
  fields[names.args] = args;
  fields[names.count] = args.length;
}

/**
 * The words of a command line (of its first 8,192 characters) as a C program gets them: quotes group, `""` inside quotes is a
 * quote, and backslashes count by pairs only before a quote. Linear. Source: Microsoft, "Parsing C command-line arguments".
 */
export function commandWords(line: string): string[] {
  if (line.length > MAX_COMMAND) return commandWords(line.slice(0, MAX_COMMAND));
  if (line.includes('"')) return wordsAmongQuotes(line);
  return line.includes('\t') ? line.split(/[ \t]+/).filter((word) => word !== '') : spacedWords(line);
}

/** The words of a line without quotes, in which backslashes are what they are. */
function spacedWords(line: string): string[] {
  const first = line.indexOf(' ');
  if (first < 0) return line === '' ? [] : [line];
  const words = first === 0 ? [] : [line.slice(0, first)];
  let start = first + 1;
  for (let end = line.indexOf(' ', start); end >= 0; end = line.indexOf(' ', start)) {
    if (end > start) words.push(line.slice(start, end));
    start = end + 1;
  }
  if (start < line.length) words.push(line.slice(start));
  return words;
}

function wordsAmongQuotes(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (const [piece] of line.matchAll(PIECE)) {
    if (!quoted && BLANK.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + saidBy(piece, quoted);
      if (turns(piece, quoted)) quoted = !quoted;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** What a piece adds to its word. */
function saidBy(piece: string, quoted: boolean): string {
  if (piece.startsWith('\\')) {
    if (!piece.endsWith('"')) return piece;
    return '\\'.repeat((piece.length - 1) >> 1) + (piece.length % 2 === 0 ? '"' : '');
  }
  if (piece === '""') return quoted ? '"' : '';
  return piece === '"' ? '' : piece;
}

/** Whether a piece begins or ends a quotation: a single quote, not escaped; a double one inside a quotation ends it. */
function turns(piece: string, quoted: boolean): boolean {
  if (piece === '""') return quoted;
  return piece.endsWith('"') && piece.length % 2 === 1;
}

// Backslashes with the quote they may escape; one or two quotes; blanks; anything else.
const PIECE = /\\+"?|""?|[ \t]+|[^\\" \t]+/g;
const BLANK = /^[ \t]/;

/** The words of a command line as they stand, quotes and all: split at each white space outside quotes. Linear. */
export function quotedWords(line: string): string[] {
  const text = line.slice(0, MAX_COMMAND);
  const words: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === ' ' || char === '\t')) {
      words.push(text.slice(start, at));
      start = at + 1;
    }
  }
  words.push(text.slice(start));
  return words;
}
