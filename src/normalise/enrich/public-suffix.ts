import { parse } from 'tldts';
import type { Fields, FieldValue } from '../../event/index.js';
import type { Derived } from '../derive.js';

/** A host's name in the three parts that who registers names tell apart. */
export interface DomainParts {
  /** What somebody registered: `example.co.uk`. */
  readonly registered: string;
  /** What stands behind its first label: `co.uk`. */
  readonly top: string | undefined;
  /** What stands before it: `www.shop`. */
  readonly sub: string | undefined;
}

/** A name of DNS has at most 253 characters. */
const LONGEST = 253;
const OPTIONS = { allowPrivateDomains: true, extractHostname: false, validateHostname: false } as const;

let lastName = '';
let last: DomainParts | undefined;

/**
 * Splits a host's name by the public suffix list (the package tldts ships it); undefined for an address, a single label and a
 * suffix itself. A suffix that somebody registered to give names away (`github.io`) counts as the registered domain, as
 * Elasticsearch's `registered_domain` processor has it. Letters stay as they were written; a dot at the end is none of
 * the name's. Linear in the name; the same name again costs nothing.
 */
export function domainParts(name: string): DomainParts | undefined {
  if (name === lastName) return last;
  lastName = name;
  last = name.length > LONGEST + 1 ? undefined : split(name.endsWith('.') ? name.slice(0, -1) : name);
  return last;
}

function split(name: string): DomainParts | undefined {
  const { domain, publicSuffix, isPrivate, isIp } = parse(name.toLowerCase(), OPTIONS);
  const registered = isPrivate === true ? publicSuffix : domain;
  if (isIp === true || registered === null || registered.length > name.length) return undefined;
  const start = name.length - registered.length;
  const written = name.slice(start);
  const dot = written.indexOf('.') + 1;
  return {
    registered: written,
    top: dot > 0 ? written.slice(dot) : undefined,
    sub: start > 1 ? name.slice(0, start - 1) : undefined,
  };
}

const PARTS: Readonly<Record<string, (parts: DomainParts) => FieldValue | undefined>> = {
  registered_domain: ({ registered }) => registered,
  subdomain: ({ sub }) => sub,
  top_level_domain: ({ top }) => top,
};

/** Where the names stand whose parts are told, by the field they are told in: only what Elastic's pipelines tell them of. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  // An answer of EVE's first version has its record's name alone.
  'dns.question': ['dns.question.name', 'suricata.eve.dns.rrname'],
  url: ['envoyproxy.authority'],
};

/** The parts of the name that a DNS query asks for, and of the host that Envoy was asked for. Source: ECS, "DNS" and "URL". */
export const DOMAINS: readonly Derived[] = Object.entries(NAMES).flatMap(([side, from]) =>
  Object.entries(PARTS).map(([part, read]) => ({
    field: `${side}.${part}`,
    compute: (fields: Fields) => {
      const name = from.map((field) => fields[field]).find((value) => value !== undefined);
      const parts = typeof name === 'string' && name !== '' ? domainParts(name.replace(/:\d{1,5}$/, '')) : undefined;
      return parts === undefined ? undefined : read(parts);
    },
  })),
);
