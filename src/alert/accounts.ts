import type { Episode } from '../event/index.js';
import type { AlertSubject } from './subject.js';

/**
 * The accounts an episode shows in an attacker's hands, to be reset: those named by the stages whose rules are tagged
 * with ATT&CK's Valid Accounts (T1078); where no stage is, and the correlation itself is tagged so, the account it is
 * about. In order of appearance, each once.
 *
 * Source: attack.mitre.org/techniques/T1078.
 */
export function takenAccounts(episode: Episode, subject: AlertSubject): readonly string[] {
  const stages = episode.stages.filter((stage) => namesAccounts(subject.refTags[stage.role] ?? []));
  if (stages.length > 0) return [...new Set(stages.flatMap((stage) => stage.entities.users))];
  if (!namesAccounts(subject.meta.tags)) return [];
  const user = episode.group.values[subject.groupBy.indexOf('user.name')];
  if (user !== undefined && user !== null) return [user];
  return episode.stages.length === 0 ? episode.entities.users : [];
}

function namesAccounts(tags: readonly string[]): boolean {
  return tags.some((tag) => /^attack\.t1078(?:\.\d{3})?$/iu.test(tag));
}
