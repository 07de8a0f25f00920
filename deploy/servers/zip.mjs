/** Unpacks zip archives. Plain JavaScript on Node's own modules. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/**
 * Writes the files of the archive `file` under `folder`, without the archive's first folder name. Permissions are not
 * kept. Throws on names that lead out of the folder and on archives of 4 GiB and more (zip64).
 *
 * Source: PKWARE .ZIP File Format Specification, APPNOTE 6.3, sections 4.3.12 and 4.3.16.
 */
export function unpack(file, folder) {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || bytes.readUInt32LE(end) !== END) throw new Error(`${file} is not a zip archive`);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error(`${file}: its directory is damaged`);
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    write(target(folder, name, file), contents(bytes, at));
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

function target(folder, name, file) {
  const inner = normalize(name.slice(name.indexOf('/') + 1));
  if (inner.startsWith('..') || inner.startsWith(sep)) throw new Error(`${file}: ${name} leads out of its folder`);
  return join(folder, inner) + (name.endsWith('/') ? sep : '');
}

function contents(bytes, at) {
  const method = bytes.readUInt16LE(at + 10);
  const size = bytes.readUInt32LE(at + 20);
  const local = bytes.readUInt32LE(at + 42);
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(start, start + size);
  return method === 0 ? packed : inflateRawSync(packed);
}

function write(path, content) {
  if (path.endsWith(sep)) {
    mkdirSync(path, { recursive: true });
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
