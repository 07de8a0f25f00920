/** The parts of a request target. `domain`, `scheme` and `port` only where it has them (a proxy's, or CONNECT). */
export interface Target {
  readonly path: string;
  readonly query: string | undefined;
  readonly extension: string | undefined;
}

const SLASH = 47;

/** Index of the `?` that ends the path, or -1. */
export function queryStart(target: string): number {
  return target.indexOf('?');
}

/** The extension of the last part of a path, without its dot; undefined where there is none. */
export function extensionOf(path: string): string | undefined {
  const dot = path.lastIndexOf('.');
  if (dot < 0 || dot + 1 === path.length || path.indexOf('/', dot) >= 0) return undefined;
  return path.slice(dot + 1);
}

/** Whether a target is in absolute form or an authority (RFC 9112, section 3.2), and not a plain path. */
export function isAbsolute(target: string): boolean {
  return target.charCodeAt(0) !== SLASH && /^[a-z][a-z0-9+.-]{0,31}:\/\/./i.test(target.slice(0, 64));
}

/** Scheme, domain, port and the rest of an absolute target; undefined parts where they are not told. */
export function splitAbsolute(target: string): {
  readonly scheme: string;
  readonly domain: string;
  readonly port: number | undefined;
  readonly rest: string;
} {
  const schemeEnd = target.indexOf('://');
  const tail = target.slice(schemeEnd + 3);
  const end = tail.search(/[/?#]/);
  const authority = end < 0 ? tail : tail.slice(0, end);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const found = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(host.slice(0, 512));
  return {
    scheme: target.slice(0, schemeEnd).toLowerCase(),
    domain: found?.[1] ?? host,
    port: found?.[2] === undefined ? undefined : Number(found[2]),
    rest: end < 0 ? '/' : tail.slice(end),
  };
}
