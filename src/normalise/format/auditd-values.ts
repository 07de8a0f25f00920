import { Made } from '../names.js';

const HEX_KEYS = new Set(
  (
    'exe cmd data path comm file name watch cwd acct dir vm old-chardev new-chardev old-disk new-disk old-fs new-fs ' +
    'old-net new-net device cgroup apparmor operation denied_mask info profile requested_mask old-rng new-rng ocomm ' +
    'grp new_group invalid_context sw root_dir proctitle'
  ).split(' '),
);

/** Keys as they are kept, and whether their values may be encoded. */
export const KEYS = new Made((name) => {
  const key = name.replace(/^(old|new)-(auid|ses)$/, '$1_$2');
  return { key, mayBeHex: HEX_KEYS.has(key) || /^a\d{1,5}(?:\[\d{1,6}\])?$/.test(key) };
});

/** A value without quotes: what is encoded as hexadecimal is decoded, where its key says that it may be. Linear. */
export function valueOf(mayBeHex: boolean, value: string): string {
  if (!mayBeHex || value.length % 2 !== 0 || !/^[0-9A-F]+$/.test(value)) return value;
  const decoded = Buffer.from(value, 'hex').toString('utf8');
  // Only texts with spaces, quotes or control characters are encoded, or such that are not ASCII.
  return needsEncoding(decoded) && !decoded.includes('\ufffd') ? decoded : value;
}

function needsEncoding(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 34 || code >= 127) return true;
  }
  return false;
}
