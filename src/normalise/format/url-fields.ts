import type { Fields } from '../../event/index.js';
import { extensionOf, isAbsolute, splitAbsolute } from './url.js';

/**
 * Sets `url.*` from a request target or an absolute URL: `url.original` as it is, path, query and extension, and of an
 * absolute one scheme, domain and port; what is set already stays.
 */
export function setUrl(fields: Fields, url: string | undefined): void {
  if (url === undefined) return;
  fields['url.original'] ??= url;
  if (!isAbsolute(url)) return setPath(fields, url);
  const { scheme, domain, port, rest } = splitAbsolute(url);
  fields['url.scheme'] ??= scheme;
  fields['url.domain'] ??= domain;
  fields['url.port'] ??= port;
  setPath(fields, rest);
}

function setPath(fields: Fields, target: string): void {
  const hash = target.indexOf('#');
  const bare = hash < 0 ? target : target.slice(0, hash);
  const question = bare.indexOf('?');
  const path = question < 0 ? bare : bare.slice(0, question);
  fields['url.path'] ??= path;
  if (question >= 0) fields['url.query'] ??= bare.slice(question + 1);
  fields['url.extension'] ??= extensionOf(path);
}
