import type { Fields } from '../../../../event/index.js';

/** Sets `user.name` and `user.domain` of a principal's name, and `user.email` where it is one; nothing of `undefined`. */
export function setPrincipal(fields: Fields, principal: string | undefined): void {
  if (principal === undefined) return;
  const sign = principal.lastIndexOf('@');
  fields['user.name'] = sign > 0 ? principal.slice(0, sign) : principal;
  if (sign <= 0) return;
  fields['user.domain'] = principal.slice(sign + 1);
  fields['user.email'] = principal;
}
