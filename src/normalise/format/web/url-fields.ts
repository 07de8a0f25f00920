import type { Fields } from '../../../event/index.js';
import { percentDecoded } from '../../text/percent.js';
import { extensionOf, isAbsolute, splitAbsolute } from './url.js';

/**
 * Sets `url.*` from a request target or an absolute URL: `url.original` as it is; path, query and fragment with their
 * percent-escapes decoded once, as Elastic's `uri_parts` has them; the extension; of an absolute URL scheme, user, domain and
 * port. What is set already stays.
 */
export function setUrl(fields: Fields, url: string | undefined): void {
  if (url === undefined) return;
  fields['url.original'] ??= url;
  if (!isAbsolute(url)) return setTarget(fields, url);
  const { scheme, user, domain, port, rest } = splitAbsolute(url);
  fields['url.scheme'] ??= scheme;
  fields['url.username'] ??= user;
  fields['url.domain'] ??= domain;
  fields['url.port'] ??= port;
  setTarget(fields, rest);
}

/** Sets `url.original`, and of a request target path, query and fragment as they are written: nothing is decoded. */
export function setTargetAsIs(fields: Fields, url: string | undefined): void {
  if (url === undefined) return;
  fields['url.original'] ??= url;
  const hash = url.indexOf('#');
  const bare = hash < 0 ? url : url.slice(0, hash);
  const question = bare.indexOf('?');
  fields['url.path'] ??= question < 0 ? bare : bare.slice(0, question);
  if (question >= 0) fields['url.query'] ??= bare.slice(question + 1);
  if (hash >= 0) fields['url.fragment'] ??= url.slice(hash + 1);
}

/** Sets path, query, fragment and extension of a request target in origin form (RFC 9112, section 3.2.1). */
export function setTarget(fields: Fields, target: string): void {
  const hash = target.indexOf('#');
  const bare = hash < 0 ? target : target.slice(0, hash);
  const question = bare.indexOf('?');
  const path = percentDecoded(question < 0 ? bare : bare.slice(0, question));
  fields['url.path'] ??= path;
  if (question >= 0) fields['url.query'] ??= percentDecoded(bare.slice(question + 1));
  if (hash >= 0) fields['url.fragment'] ??= percentDecoded(target.slice(hash + 1));
  fields['url.extension'] ??= extensionOf(path);
}
