import type { Fields } from '../../event/index.js';
import { ip, stringOf, text } from '../raw.js';
import { type JsonMeaning, mapped, type Row } from './mapped.js';

const ROWS: readonly Row[] = [
  ['event.id', ['_document_id', 'document_id'], text],
  ['user.name', 'actor', text],
  ['user.id', 'actor_id', text],
  ['user.target.name', 'user', text],
  ['user.target.id', 'user_id', text],
  ['group.name', 'team', text],
  ['source.address', 'actor_ip'],
  ['source.ip', 'actor_ip', ip],
  ['client.geo.country_iso_code', 'actor_location.country_code', text],
  ['user_agent.original', 'user_agent', text],
  ['url.original', 'url', text],
  ['error.message', 'message', text],
];

/** What the first word of an action is about. */
const IAM = new Set(['org', 'team', 'organization_role', 'business', 'enterprise', 'members_can_create_pages']);
const SIGN_IN =
  /^(?:user\.(?:login|failed_login|logout|two_factor)|org\.sso_response|business\.sso_response|external_identity)/;
const MEMBERS = /(?:member|user|invit|collaborator|admin|role|owner)/;

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
    'actor' in json &&
    ('_document_id' in json || 'created_at' in json || 'org' in json) &&
    typeof json['actor'] !== 'object',
  time: ['@timestamp', 'created_at'],
  rows: ROWS,
  own: (key) => `github.${key === '@timestamp' ? 'timestamp' : key.replace(/^_/, '')}`,
  meaning: meaningOf,
  finish: (fields, raw) => {
    fields['github.category'] ??= stringOf(raw, 'action')?.split('.', 1)[0];
  },
});

const OPERATIONS: Readonly<Record<string, string>> = {
  create: 'creation',
  modify: 'change',
  remove: 'deletion',
  access: 'access',
  authentication: 'info',
  restore: 'creation',
  transfer: 'change',
};
const VERBS: readonly (readonly [RegExp, string])[] = [
  [/\.(?:create|add|invite|publish)/, 'creation'],
  [/\.(?:remove|delete|destroy|cancel|revoke)/, 'deletion'],
  [/\.(?:update|change|rename|enable|disable|transfer|restore|block|unblock|set|config|protected|archive)/, 'change'],
];

function meaningOf(raw: Fields): JsonMeaning {
  const action = stringOf(raw, 'action') ?? '';
  const operation = stringOf(raw, 'operation_type') ?? '';
  const type = OPERATIONS[operation] ?? VERBS.find(([pattern]) => pattern.test(action))?.[1] ?? 'access';
  if (SIGN_IN.test(action) || operation === 'authentication') {
    return {
      category: ['authentication'],
      type: ['info'],
      action,
      outcome: action.includes('failed') ? 'failure' : 'success',
    };
  }
  const aboutMembers = IAM.has(action.split('.', 1)[0] ?? '') && MEMBERS.test(action);
  if (aboutMembers)
    return {
      category: ['configuration', 'web', 'iam'],
      type: [type, action.startsWith('team.') ? 'group' : 'user'],
      action,
    };
  return { category: ['configuration', 'web'], type: [type], action };
}
