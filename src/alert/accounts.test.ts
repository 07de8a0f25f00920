import { describe, expect, it } from 'vitest';
import type { Episode, EpisodeStage } from '../event/index.js';
import { takenAccounts } from './accounts.js';
import type { AlertSubject } from './subject.js';

const users = (...names: string[]): Episode['entities'] => ({ ips: [], users: names, hosts: [], more: false });
const stage = (role: number, ...names: string[]): EpisodeStage => ({
  role,
  first: 0,
  last: 0,
  count: 1,
  entities: users(...names),
});

function accounts(parts: {
  readonly tags?: readonly string[];
  readonly refTags?: readonly (readonly string[])[];
  readonly groupBy?: readonly string[];
  readonly values?: readonly (string | null)[];
  readonly stages?: readonly EpisodeStage[];
}): readonly string[] {
  const { tags = [], refTags = [], groupBy = [], values = [], stages = [] } = parts;
  const episode = { group: { key: '', values }, stages, entities: users('seen', 'too') } as unknown as Episode;
  return takenAccounts(episode, { meta: { tags }, groupBy, refTags } as unknown as AlertSubject);
}

describe('takenAccounts', () => {
  it('names the users of stages tagged T1078, sub-techniques too, each once', () => {
    const stages = [stage(0, 'tried'), stage(1, 'eva', 'jun'), stage(2, 'jun', 'leila')];
    const refTags = [['attack.t1110.003'], ['attack.t1078'], ['attack.T1078.003']];
    expect(accounts({ stages, refTags })).toEqual(['eva', 'jun', 'leila']);
  });

  it('names the account a tagged correlation is grouped by, else all it saw', () => {
    const tags = ['attack.t1078'];
    expect(accounts({ tags, groupBy: ['source.ip', 'user.name'], values: ['192.0.2.1', 'eva'] })).toEqual(['eva']);
    expect(accounts({ tags })).toEqual(['seen', 'too']);
    expect(accounts({ tags, stages: [stage(0, 'tried')], refTags: [[]] })).toEqual([]);
  });

  it('names nobody where nothing says that an account was used', () => {
    expect(accounts({ tags: ['attack.t1110', 'attack.t10780'], stages: [stage(0, 'tried')], refTags: [[]] })).toEqual(
      [],
    );
  });
});
