import type { Fields } from '../../event/index.js';
import { Made } from '../names.js';

const SPACE = 32;
const TAB = 9;

/** Names of fields by their prefix. */
const NAMES = new Made((prefix) => ({
  executable: `${prefix}.executable`,
  name: `${prefix}.name`,
  line: `${prefix}.command_line`,
  args: `${prefix}.args`,
  count: `${prefix}.args_count`,
  imphash: `${prefix}.pe.imphash`,
  md5: `${prefix}.hash.md5`,
  sha1: `${prefix}.hash.sha1`,
  sha256: `${prefix}.hash.sha256`,
}));

/**
 * Sets `<prefix>.executable` and `<prefix>.name`, the part behind the last backslash, of a path without one behind the last
 * slash: a WMI consumer's command may have options.
 */
export function setExecutable(fields: Fields, prefix: string, path: string | undefined): void {
  if (path === undefined) return;
  const names = NAMES.of(prefix);
  fields[names.executable] = path;
  const slash = path.lastIndexOf('\\');
  fields[names.name] = slash < 0 ? baseName(path) : path.slice(slash + 1);
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

type Hash = 'md5' | 'sha1' | 'sha256' | 'imphash';
/** The kinds of hashes that have a field, by how Sysmon writes them; undefined for others. */
const HASHES = new Made((written): Hash | undefined => {
  const name = written.trim().toLowerCase();
  return name === 'imphash' || name === 'md5' || name === 'sha1' || name === 'sha256' ? name : undefined;
});

/** Sets `<prefix>.hash.*` (and `<prefix>.pe.imphash`) of Sysmon's `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`. */
export function setHashes(fields: Fields, prefix: string, hashes: string | undefined): void {
  if (hashes === undefined) return;
  const names = NAMES.of(prefix);
  const text = hashes.slice(0, 1024);
  for (let start = 0; start < text.length;) {
    const comma = text.indexOf(',', start);
    const end = comma < 0 ? text.length : comma;
    const equals = text.indexOf('=', start);
    if (equals >= 0 && equals < end) {
      const kind = HASHES.of(text.slice(start, equals));
      const value = text.slice(equals + 1, end);
      if (kind !== undefined && !NO_HASH.test(value)) fields[names[kind]] = firstOf(value).toLowerCase();
    }
    start = end + 1;
  }
}

/** Nothing but zeros up to another `=`. */
const NO_HASH = /^0*(?:$|=)/;

function firstOf(value: string): string {
  return value.includes('=') ? (value.split('=', 1)[0] ?? '') : value;
}

/** Longest command line that is split. */
const MAX_COMMAND = 8192;

/** Sets `<prefix>.command_line`, its words as `<prefix>.args`, and their number. */
export function setCommandLine(fields: Fields, prefix: string, line: string | undefined): void {
  if (line === undefined) return;
  const names = NAMES.of(prefix);
  fields[names.line] = line;
  const args = commandWords(line.slice(0, MAX_COMMAND));
  if (args.length === 0) return;
  fields[names.args] = args;
  fields[names.count] = args.length;
}

/**
 * The words of a command line as a C program gets them: quotes group, `""` inside quotes is a quote, and backslashes count
 * by pairs only before a quote. Linear. Source: Microsoft, "Parsing C command-line arguments".
 */
export function commandWords(line: string): string[] {
  return line.includes('"') ? wordsAmongQuotes(line) : blankedWords(line);
}

/** The words of a line without quotes, in which backslashes are what they are. */
function blankedWords(line: string): string[] {
  const words: string[] = [];
  let start = 0;
  for (let at = 0; at <= line.length; at++) {
    const code = line.charCodeAt(at);
    if (at < line.length && code !== SPACE && code !== TAB) continue;
    if (at > start) words.push(line.slice(start, at));
    start = at + 1;
  }
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
