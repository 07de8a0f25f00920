const SLASH = 47;

/** The extension of the last part of a path, without its dot; undefined where there is none: an authority is no path. */
export function extensionOf(path: string): string | undefined {
  const dot = path.lastIndexOf('.');
  if (dot < 0 || dot + 1 === path.length || path.indexOf('/', dot) >= 0 || !path.includes('/')) return undefined;
  return path.slice(dot + 1);
}

/** Whether a target is in absolute form or an authority (RFC 9112, section 3.2), and not a plain path. */
export function isAbsolute(target: string): boolean {
  return target.charCodeAt(0) !== SLASH && /^[a-z][a-z0-9+.-]{0,31}:\/\/./i.test(target.slice(0, 64));
}

/** Scheme, user, domain, port and the rest of an absolute target; undefined parts where they are not told. */
export function splitAbsolute(target: string): {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly domain: string;
  readonly port: number | undefined;
  readonly rest: string;
} {
  const schemeEnd = target.indexOf('://');
  const tail = target.slice(schemeEnd + 3);
  const end = tail.search(/[/?#]/);
  const authority = end < 0 ? tail : tail.slice(0, end);
  const userEnd = authority.lastIndexOf('@');
  const host = authority.slice(userEnd + 1);
  const found = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5})(?!\d))?/.exec(host.slice(0, 512));
  return {
    scheme: target.slice(0, schemeEnd).toLowerCase(),
    user: userEnd < 1 ? undefined : authority.slice(0, userEnd).split(':', 1)[0],
    domain: found?.[1] ?? host,
    port: found?.[2] === undefined ? undefined : Number(found[2]),
    rest: end < 0 ? '/' : tail.slice(end),
  };
}
