import type { Fields } from '../../../../event/index.js';
import { type Pairs, placeOf } from './values.js';

/** Names that an enriched record tells behind its numbers, and the fields beside those of the numbers. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['UID', 'user.name'],
  ['GID', 'user.group.name'],
  ['AUID', 'user.audit.name'],
  ['AGID', 'user.audit.group.name'],
  ['EUID', 'user.effective.name'],
  ['EGID', 'user.effective.group.name'],
  ['FSUID', 'user.filesystem.name'],
  ['FSGID', 'user.filesystem.group.name'],
  ['SUID', 'user.saved.name'],
  ['SGID', 'user.saved.group.name'],
  ['OUID', 'user.owner.name'],
  ['OGID', 'user.owner.group.name'],
]);

const SMALL_A = 97;
const UID = placeOf('uid');

/**
 * Sets the accounts that an enriched record names (`UID="root" AUID="alice"`, behind a group separator), where the record has not
 * named them itself; nobody's names (`unset`, `unknown(1005)`) are none. Of a record whose user is who logged in
 * and not that of `uid`, `AUID` names the user. A look at one character for all other records. Source: auditd.conf(5), `log_format`; Elastic's
 * auditd.log fields.
 */
export function setNames(fields: Fields, pairs: Pairs): void {
  const { keys, values, length } = pairs;
  const isOther = pairs.at(UID) !== undefined;
  for (let index = length - 1; index >= 0; index--) {
    const key = keys[index]?.key ?? '';
    // The names stand last, and no other key is in capitals.
    if (key.charCodeAt(0) >= SMALL_A) return;
    const value = values[index];
    if (value === undefined || value === 'unset' || value.startsWith('unknown(')) continue;
    setName(fields, key, value, isOther);
  }
}

function setName(fields: Fields, key: string, name: string, isOther: boolean): void {
  const field = NAMES.get(key);
  if (field !== undefined && (!isOther || key !== 'UID')) fields[field] ??= name;
  if (isOther && key === 'AUID' && fields['user.id'] === fields['user.audit.id']) fields['user.name'] ??= name;
}
