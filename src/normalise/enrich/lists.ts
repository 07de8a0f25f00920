import type { Failure } from '../../event/index.js';
import { Ranges } from './ranges.js';

/** What the entries of a list are: addresses and networks, domains with all below them, or texts such as users. */
export const LIST_KINDS = ['ip', 'domain', 'text'] as const;

/** A kind of list. */
export type ListKind = (typeof LIST_KINDS)[number];

/** A list of the configuration. */
export interface ListSettings {
  readonly path: string;
  readonly kind: ListKind;
}

/** The entries of one file. */
export interface WatchList {
  readonly entries: readonly string[];
  readonly has: (value: string) => boolean;
}

/** A domain name has no more characters (RFC 1035, section 2.3.4); of a longer text the end is looked at. */
const LONGEST_DOMAIN = 253;
/** Faults told of one file. */
const FAULTS_TOLD = 5;

/**
 * Reads a list: an entry a line; what stands behind `#`, and for addresses and domains behind a space, `;` or `,`, is a
 * remark. Case is ignored. A line that can't be an entry is left out and reported with its place.
 *
 * Cost: linear; a look-up in `domain` costs a probe for each label.
 */
export function readList(text: string, { path, kind }: ListSettings, report: (failure: Failure) => void): WatchList {
  const ranges = new Ranges<true>();
  const entries: string[] = [];
  const texts = new Set<string>();
  let faults = 0;
  text.split(/\r?\n/).forEach((line, index) => {
    const entry = entryOf(line, kind);
    if (entry === '') return;
    if (kind === 'ip' && !ranges.add(entry, true)) {
      if (++faults <= FAULTS_TOLD) report(fault(path, index + 1, entry));
      return;
    }
    entries.push(entry);
    if (kind !== 'ip') texts.add(entry);
  });
  const has = {
    ip: (value: string) => ranges.find(value) === true,
    domain: (value: string) => hasDomain(texts, value.toLowerCase()),
    text: (value: string) => texts.has(value.toLowerCase()),
  };
  return { entries, has: has[kind] };
}

function entryOf(line: string, kind: ListKind): string {
  const bare = (/^\s*#/.test(line) ? '' : (line.split(/\s#/, 1)[0] ?? '')).trim();
  const entry = kind === 'text' ? bare : (bare.split(/[\s;,#]/, 1)[0] ?? '');
  return kind === 'domain' ? entry.toLowerCase().replace(/^\*?\.|\.$/g, '') : entry.toLowerCase();
}

function hasDomain(domains: ReadonlySet<string>, name: string): boolean {
  let rest = (name.endsWith('.') ? name.slice(0, -1) : name).slice(-LONGEST_DOMAIN);
  for (;;) {
    if (domains.has(rest)) return true;
    const dot = rest.indexOf('.');
    if (dot < 0) return false;
    rest = rest.slice(dot + 1);
  }
}

function fault(path: string, line: number, entry: string): Failure {
  const message = `${path}:${line}: '${entry.slice(0, 60)}' is no address and no network; write 192.0.2.7 or 192.0.2.0/24`;
  return { code: 'enrich.list', message };
}
