import type { Fields } from '../../../event/index.js';
import { ip, stringOf, text } from '../../raw.js';
import { type JsonMeaning, mapped, type Row } from '../mapped.js';

const ROWS: readonly Row[] = [
  ['event.id', ['_document_id', 'document_id'], text],
  ['user.name', 'actor', text],
  ['user.id', 'actor_id', text],
  ['user.target.name', 'user', text],
  ['user.target.id', 'user_id', text],
  ['user.target.group.name', 'data.old_user', text],
  ['source.ip', 'actor_ip', ip],
  ['client.geo.country_iso_code', 'actor_location.country_code', text],
  ['user_agent.original', 'user_agent', text],
  ['url.original', 'url', text],
  ['error.message', 'message', text],
];

const SIGN_IN = /^user\.(?:login|failed_login|logout|two_factor)/;

/**
 * GitHub's audit log, streamed or by its API: `{"@timestamp": ms, "_document_id", "action": "repo.create", "actor",
 * "actor_ip", "org", …}`. Source: GitHub documentation, "Audit log events"; Elastic's github.audit fields.
 */
export const githubAudit = mapped({
  name: 'github.audit',
  aliases: ['github'],
  dataset: 'github.audit',
  sniff: (json) =>
    typeof json['action'] === 'string' &&
    ('actor' in json || ('_document_id' in json && json['action'].includes('.'))) &&
    ('_document_id' in json || 'created_at' in json || 'org' in json) &&
    typeof json['actor'] !== 'object',
  time: ['@timestamp', 'created_at'],
  rows: ROWS,
  own: (key) => `github.${key === '@timestamp' ? 'timestamp' : key.replace(/^_/, '')}`,
  meaning: meaningOf,
  finish: (fields, raw) => {
    const category = categoryOf(stringOf(raw, 'action') ?? '');
    fields['github.category'] = category;
    if (category !== 'team' && category !== 'org') return;
    fields['group.name'] = stringOf(raw, category === 'team' ? ['team', 'data.team'] : 'org');
    if (fields['user.target.name'] !== undefined) fields['user.target.group.name'] = fields['group.name'];
  },
});

/** Teams and organisations are groups of users; what is done to either stands in the action's second part. */
function meaningOf(raw: Fields): JsonMeaning {
  const action = stringOf(raw, 'action') ?? '';
  const about = categoryOf(action);
  const verb = about === undefined ? '' : action.slice(about.length + 1);
  const isGroup = about === 'team' || about === 'org';
  const isSignIn = SIGN_IN.test(action);
  const type = isGroup ? ['group', 'user'] : isSignIn ? ['info'] : [];
  if (/create|add/.test(verb)) type.push('creation');
  if (/delete|remove/.test(verb)) type.push('deletion');
  if (type.length === 0) type.push('change');
  const category = ['configuration', 'web', ...(isGroup ? ['iam'] : []), ...(isSignIn ? ['authentication'] : [])];
  const outcome = isSignIn ? (action.includes('failed') ? 'failure' : 'success') : undefined;
  return { category, type, action, outcome };
}

function categoryOf(action: string): string | undefined {
  return /^([a-z_]{1,64})\./.exec(action)?.[1];
}
