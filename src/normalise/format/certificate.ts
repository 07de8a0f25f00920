import type { Fields } from '../../event/index.js';

const PARTS: Readonly<Record<string, string>> = {
  C: 'country',
  CN: 'common_name',
  L: 'locality',
  O: 'organization',
  OU: 'organizational_unit',
  ST: 'state_or_province',
  S: 'state_or_province',
};

/**
 * Sets `<prefix>.common_name` … from a distinguished name (`C=JP, O=Example, CN=www`), commas in values escaped; `listed`:
 * each as a list, as ECS has them and Elastic's Zeek pipeline writes them.
 */
export function setCertificate(fields: Fields, prefix: string, name: string | undefined, listed = false): void {
  if (name === undefined) return;
  for (const part of name.slice(0, 4096).split(/(?<!\\), ?/)) {
    const equal = part.indexOf('=');
    const field = equal < 0 ? undefined : PARTS[part.slice(0, equal).trim().toUpperCase()];
    if (field === undefined) continue;
    const value = part.slice(equal + 1).replaceAll('\\,', ',');
    fields[`${prefix}.${field}`] ??= listed ? [value] : value;
  }
}
