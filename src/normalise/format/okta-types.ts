import type { JsonMeaning } from './mapped.js';

/**
 * What an event type's beginning means; the first that fits counts. `verb` stands for what the type's last words say:
 * creation, deletion, change, or info. Source: Okta, "Event types"; Elastic's categories of them.
 */
const TABLE = `
user.session.start authentication+session info+start
user.session.end authentication+session info+end
user.session.expire session end
user.session.impersonation.end session end
user.session.impersonation.initiate session start
user.session session info
user.authentication.universal_logout authentication end
user.authentication authentication info
user.identity_verification.start authentication start
user.mfa.factor.activate authentication info+start
user.mfa.factor.deactivate authentication end+info
user.mfa authentication info
user.account.expire_password authentication end+info
user.account.reset_password authentication info
user.account.update_password authentication info
user.account.privilege.grant iam info+user
user.account.privilege.revoke iam deletion+user
user.account.report_suspicious_activity iam info+user
user.account.update iam change+user
user.account iam user
user.behavior.profile.reset iam admin+change+user
user.lifecycle.create iam info+creation+user
user.lifecycle.delete iam deletion+user
user.lifecycle.reactivate iam user
user.lifecycle.jit iam user
user.lifecycle.password_mass_expiry authentication info
user.lifecycle iam info+change+user
user.risk.change iam change+user
user.risk iam user
user. authentication info
group.lifecycle.create iam group+creation
group.lifecycle.delete iam group+deletion
group. iam group+change
app.user_membership iam info+change
application.user_membership iam info+change
application. configuration verb
app.oauth2 authentication info
app.generic.unauth_app_access_attempt authentication info
app.inbound_del_auth.login_success authentication info+start
app.kerberos_rich_client.user_authentication_successful authentication info
app.kerberos_rich_client configuration info
app.ldap.password.change.failed authentication info
app.ad.api iam user
app.ad. configuration verb
app.app_instance.csr configuration verb
app.audit_report configuration info
app.keys configuration verb
app. iam info
policy.evaluate_sign_on authentication info
policy.lifecycle.create configuration creation
policy.lifecycle.delete configuration deletion
policy.rule.delete configuration deletion
policy. configuration change
access. iam verb
workflows.user.connection.reauthorize authentication info
workflows.user. iam user
system.api_token.enable authentication start
system.api_token authentication info
system.org.rate_limit.violation network+configuration info
system.org.rate_limit.warning network+configuration info
core.concurrency network info
system.mfa.factor.activate authentication start
system.mfa.factor.deactivate authentication end
system.ldapi.bind authentication info
system.ldapi.unbind authentication info
system.oauth2 authentication info
system.push authentication info
system.iwa_agentless.auth authentication info
system.sms.send_factor authentication info
system.sms.send_password authentication info
system.sms.send_phone authentication info
system.voice.send_mfa authentication info
system.voice.send_password authentication info
system.voice.send_phone authentication info
system.email.challenge_factor authentication info
system.email.mfa authentication info
system.email.password_reset authentication info
system.email.send_factor authentication info
system.custom_signin authentication start
system.custom_signout authentication end
system.import.group iam group+verb
system.import.membership iam info
system.import.session.expired session end
system.import.session session info
system.import.user. iam user+verb
security. intrusion_detection info
`;

const ROWS: readonly (readonly [prefix: string, category: readonly string[], type: readonly string[]])[] = TABLE.trim()
  .split('\n')
  .map((line) => line.split(' '))
  .map(([prefix = '', category = '', type = '']) => [prefix, category.split('+'), type.split('+')]);
const OTHER = ['', ['configuration'], ['verb']] as const;

const VERBS: readonly (readonly [RegExp, string])[] = [
  [/\.(?:create\w*|add|generate)$/, 'creation'],
  [/\.(?:delete\w*|remove\w*|revoke|cancel)$/, 'deletion'],
  [/\.(?:update\w*|rotate)$/, 'change'],
];

/** Category and types of an event type; what no row names changes how Okta is set up. */
export function oktaMeaning(eventType: string): JsonMeaning {
  const [, category, types] = ROWS.find(([prefix]) => eventType.startsWith(prefix)) ?? OTHER;
  const isRowOfKind = types.length > 1;
  const verb = VERBS.find(([pattern]) => pattern.test(eventType))?.[1];
  const type = types.flatMap((one) => (one === 'verb' ? (verb ?? (isRowOfKind ? [] : ['info'])) : [one]));
  return { category, type };
}
