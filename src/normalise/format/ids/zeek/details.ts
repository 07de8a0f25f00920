import type { Fields, FieldValue } from '../../../../event/index.js';
import { ip, isoTime, number, stringOf, texts } from '../../../raw.js';
import { setCertificate } from '../../certificate.js';
import type { JsonMeaning } from '../../mapped.js';

/** What a record adds to what its log means. */
export type Meant = Pick<JsonMeaning, 'category' | 'type' | 'outcome'>;

/** Seconds since 1970, or ISO 8601. */
export function utc(value: FieldValue): string | undefined {
  const found = number(value);
  if (typeof found !== 'number') return isoTime(value) as string | undefined;
  return Math.abs(found) < 1e11 ? new Date(found * 1000).toISOString() : undefined;
}

/** Whom a ticket is for, `user/REALM`, and whose certificates went with it. */
export function setTicket(fields: Fields, raw: Fields): void {
  const [name, domain] = (stringOf(raw, 'client') ?? '').split(/\/(.*)/s, 2);
  if (domain !== undefined) {
    fields['user.name'] = name;
    fields['user.domain'] = domain;
  }
  for (const side of ['client', 'server']) {
    const subject = stringOf(raw, `cert.${side}_subject`)?.replaceAll('\\,', '');
    setCertificate(fields, `tls.${side}.x509.subject`, subject, true);
  }
}

/** Algorithms by the names ECS has for them. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  md2WithRSAEncryption: 'MD2-RSA',
  md5WithRSAEncryption: 'MD5-RSA',
  'sha-1WithRSAEncryption': 'SHA1-RSA',
  sha256WithRSAEncryption: 'SHA256-RSA',
  sha384WithRSAEncryption: 'SHA384-RSA',
  sha512WithRSAEncryption: 'SHA512-RSA',
  dsaWithSha1: 'DSA-SHA1',
  dsaWithSha256: 'DSA-SHA256',
  'ecdsa-with-SHA1': 'ECDSA-SHA1',
  'ecdsa-with-SHA256': 'ECDSA-SHA256',
  'ecdsa-with-SHA384': 'ECDSA-SHA384',
  'ecdsa-with-SHA512': 'ECDSA-SHA512',
  'id-Ed25519': 'Ed25519',
};

/** What a certificate says of itself. */
export function setX509(fields: Fields, raw: Fields): void {
  const algorithm = stringOf(raw, 'certificate.sig_alg') ?? '';
  fields['file.x509.signature_algorithm'] = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : algorithm;
  const names = ['dns', 'uri', 'email', 'ip'].flatMap((kind) => texts(raw[`san.${kind}`] ?? null) ?? []) as string[];
  if (names.length > 0) fields['file.x509.alternative_names'] = names;
  for (const end of ['issuer', 'subject']) {
    const name = stringOf(raw, `certificate.${end}`)?.replaceAll('\\,', '');
    setCertificate(fields, `file.x509.${end}`, name, true);
  }
}

const INDICATORS: Readonly<Record<string, readonly [field: string, type: string]>> = {
  'Intel::EMAIL': ['threat.indicator.email.address', 'email-addr'],
  'Intel::FILE_NAME': ['threat.indicator.file.name', 'file'],
  'Intel::URL': ['threat.indicator.url.original', 'url'],
};

/** What of somebody's intelligence was seen. */
export function setIndicator(fields: Fields, raw: Fields): void {
  const type = stringOf(raw, 'seen.indicator_type') ?? '';
  const seen = stringOf(raw, 'seen.indicator');
  if (type === 'Intel::ADDR') {
    fields['threat.indicator.ip'] = ip(seen ?? null);
    fields['threat.indicator.type'] = seen?.includes(':') === true ? 'ipv6-addr' : 'ipv4-addr';
  } else if (Object.hasOwn(INDICATORS, type)) {
    const [field, word] = INDICATORS[type] ?? ['', ''];
    fields[field] = seen;
    fields['threat.indicator.type'] = word;
  }
}

const CHANGE = { type: ['change'] };
/** Commands of MySQL that do more than ask. */
const COMMANDS: Readonly<Record<string, Meant>> = {
  connect: { category: ['session'], type: ['access', 'start'] },
  connect_out: { category: ['session'], type: ['access', 'end'] },
  ...Object.fromEntries(
    'init_db change_user set_option drop_db create_db process_kill delayed_insert'
      .split(' ')
      .map((name) => [name, CHANGE]),
  ),
};

/** What a command of MySQL is to its session and its database. */
export function ofCommand(command: string): Meant {
  return Object.hasOwn(COMMANDS, command) ? (COMMANDS[command] ?? {}) : { type: ['info'] };
}

/** A truth value, as JSON or as Zeek writes it. */
export function truth(value: FieldValue): boolean | undefined {
  return typeof value === 'boolean' ? value : value === 'T' ? true : value === 'F' ? false : undefined;
}

/** The outcome of what succeeded or not. */
export function ended(success: unknown): string | undefined {
  return success === true ? 'success' : success === false ? 'failure' : undefined;
}

/** An error, and a failure, unless the word is the good one. */
export function byWord(word: string | undefined, good: string): Meant {
  if (word === undefined) return {};
  return word === good ? { outcome: 'success' } : { type: ['error'], outcome: 'failure' };
}

/** An error, and a failure, from status 400. */
export function byStatus(code: number | undefined): Meant {
  if (code === undefined) return {};
  return code < 400 ? { outcome: 'success' } : { type: ['error'], outcome: 'failure' };
}

/** What an action does to a file. */
export function fileTypes(action: string | undefined): readonly string[] {
  if (action === undefined) return [];
  if (action === 'SMB::FILE_DELETE') return ['deletion', 'info'];
  return /^SMB::FILE_(?:RENAME|SET_ATTRIBUTE)$/.test(action) ? ['change', 'info'] : ['info'];
}

/** The kind of an address. */
export function ipType(value: FieldValue): string | undefined {
  return typeof value === 'string' ? (value.includes(':') ? 'ipv6' : 'ipv4') : undefined;
}

/** An address, as the list that a host has of them. */
export function ips(value: FieldValue): readonly string[] | undefined {
  const found = ip(value);
  return typeof found === 'string' ? [found] : undefined;
}

/** The common name within a distinguished name, as the list that ECS has. */
export function commonNames(value: FieldValue): readonly string[] | undefined {
  const found = typeof value === 'string' ? /CN=([^,]{1,1024})/.exec(value)?.[1] : undefined;
  return found === undefined ? undefined : [found];
}
