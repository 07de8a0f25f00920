import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';
import { authFields, type Meaning } from './base.js';
import { pam } from './pam.js';

const SUCCESS: Meaning = {
  category: ['authentication'],
  type: ['info'],
  action: undefined,
  outcome: 'success',
  user: undefined,
};
const FAILURE: Meaning = { ...SUCCESS, outcome: 'failure' };

// util-linux, shadow, and the oldest form; groups: target, actor (the fourth has them the other way round).
const FORMS: readonly { readonly pattern: RegExp; readonly meaning: Meaning; readonly actorFirst?: true }[] = [
  { pattern: /^FAILED SU \(to ([^)]*)\) ([^ ]+) on /, meaning: FAILURE },
  { pattern: /^\(to ([^)]*)\) ([^ ]+) on /, meaning: SUCCESS },
  { pattern: /^Successful su for ([^ ]+) by ([^ ]+)$/, meaning: SUCCESS },
  { pattern: /^FAILED su for ([^ ]+) by ([^ ]+)$/, meaning: FAILURE },
  { pattern: /^\+ [^ ]+ ([^ :]+)[:-]([^ :]+)$/, meaning: SUCCESS, actorFirst: true },
  { pattern: /^- [^ ]+ ([^ :]+)[:-]([^ :]+)$/, meaning: FAILURE, actorFirst: true },
  { pattern: /^BAD SU ([^ ]+) to ([^ ]+) on /, meaning: FAILURE, actorFirst: true },
  { pattern: /^([^ ]+) to ([^ ]+) on \//, meaning: SUCCESS, actorFirst: true },
  { pattern: /^'su ([^ ']+)' failed for ([^ ]+) on /, meaning: FAILURE },
  { pattern: /^'su ([^ ']+)' succeeded for ([^ ]+) on /, meaning: SUCCESS },
];

/** Messages of su: `user.name` is who asked, `user.effective.name` whom to become. Sources: su.c of util-linux, shadow, BSD. */
export function su(message: string, line: Line): Fields | undefined {
  if (message.startsWith('pam_')) return pam(message, line);
  const text = message.slice(0, 512);
  for (const { pattern, meaning, actorFirst } of FORMS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const [target, actor] = actorFirst ? [found[2], found[1]] : [found[1], found[2]];
    return authFields(line, { ...meaning, user: actor }, { 'user.effective.name': target });
  }
  return undefined;
}
