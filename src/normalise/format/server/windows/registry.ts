import type { Fields } from '../../../../event/index.js';

/** Hives by the names Sysmon writes. Source: Microsoft, "Predefined keys". */
const HIVES: Readonly<Record<string, string>> = {
  HKEY_CLASSES_ROOT: 'HKCR',
  HKEY_CURRENT_CONFIG: 'HKCC',
  HKEY_CURRENT_USER: 'HKCU',
  HKEY_DYN_DATA: 'HKDD',
  HKEY_LOCAL_MACHINE: 'HKLM',
  HKEY_PERFORMANCE_DATA: 'HKPD',
  HKEY_USERS: 'HKU',
};
const SHORT = new Set(Object.values(HIVES));
const NUMBER = /^(D|Q)WORD \((0x[0-9a-f]{8})(?:-(0x[0-9a-f]{8}))?\)$/i;

/** `registry.*` of a path such as `HKLM\SOFTWARE\X\Value` and what Sysmon's Details say was written there. */
export function setRegistry(fields: Fields, path: string | undefined, details: string | undefined): void {
  if (path === undefined) return;
  fields['registry.path'] = path;
  const slash = path.indexOf('\\');
  const root = slash < 0 ? path : path.slice(0, slash);
  const hive = SHORT.has(root) ? root : Object.hasOwn(HIVES, root) ? HIVES[root] : undefined;
  if (hive !== undefined) {
    fields['registry.hive'] = hive;
    if (slash > 0) fields['registry.key'] = path.slice(slash + 1);
  }
  fields['registry.value'] = path.slice(path.lastIndexOf('\\') + 1);
  if (details === undefined) return;
  const [type, text] = dataOf(details);
  fields['registry.data.type'] = type;
  fields['registry.data.strings'] = [text];
}

/** The type and the text of written data; numbers in decimal. */
function dataOf(details: string): readonly [type: string, text: string] {
  const found = NUMBER.exec(details.slice(0, 40));
  if (found !== null) {
    const [, kind = '', first = '', second] = found;
    if (/d/i.test(kind) && second === undefined) return ['SZ_DWORD', String(Number(first))];
    if (second !== undefined) return ['SZ_QWORD', String((BigInt(first) << 32n) + BigInt(second))];
  }
  return [details === 'Binary Data' ? 'REG_BINARY' : 'REG_SZ', details];
}
