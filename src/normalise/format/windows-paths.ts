import type { Fields } from '../../event/index.js';

/** Sets `<prefix>.executable` and `<prefix>.name`, the part behind the last backslash or slash. */
export function setExecutable(fields: Fields, prefix: string, path: string | undefined): void {
  if (path === undefined) return;
  fields[`${prefix}.executable`] = path;
  fields[`${prefix}.name`] = baseName(path);
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

/** Sets `<prefix>.hash.*` (and `<prefix>.pe.imphash`) of Sysmon's `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`. */
export function setHashes(fields: Fields, prefix: string, hashes: string | undefined): void {
  for (const part of hashes?.slice(0, 1024).split(',') ?? []) {
    const [kind = '', value = ''] = part.split('=', 2);
    const name = kind.trim().toLowerCase();
    if (value === '') continue;
    if (name === 'imphash') fields[`${prefix}.pe.imphash`] = value.toLowerCase();
    else if (name === 'md5' || name === 'sha1' || name === 'sha256')
      fields[`${prefix}.hash.${name}`] = value.toLowerCase();
  }
}

/** Sets `process.command_line`, and its words as `process.args` (quotes group; Microsoft's rules for backslashes apart). */
export function setCommandLine(fields: Fields, prefix: string, line: string | undefined): void {
  if (line === undefined) return;
  fields[`${prefix}.command_line`] = line;
  const args = [...line.slice(0, 8192).matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word.replaceAll('"', ''));
  if (args.length === 0) return;
  fields[`${prefix}.args`] = args;
  fields[`${prefix}.args_count`] = args.length;
}
