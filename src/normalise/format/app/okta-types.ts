import type { JsonMeaning } from '../mapped.js';
import { table } from '../../lookup.js';

/**
 * What an event type's beginning means; the first that fits counts. `verb` stands for what the type's words say is done:
 * creation, deletion, change (info where nothing else is said); `object` for whom: user, group, admin; `none` for nothing.
 * What no row names changes how Okta is set up. Source: Okta, "Event types"; Elastic's categories of them.
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
user.identity_snapshot iam admin+creation+user
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
group.privilege.grant iam group+info
group.profile.update iam admin+change+group
group.user_membership.add iam change+creation+group+user
group.user_membership.remove iam change+deletion+group+user
group.user_membership iam verb+group+user
group. iam verb+group
account.org.status configuration change+info
access. iam verb
analytics.reports.export.generate configuration creation+info
application.appuser iam user
application.configuration.disable_delauth authentication end
application.configuration.enable_delauth authentication start
application.configuration.update_api_credentials authentication info
application.integration.authentication authentication info
application.policy.sign_on.deny_access configuration access+info
application.provision.field_mapping configuration change+creation
application.provision.group_push.mapping.app iam creation+group
application.provision.group_push.mapping.created.from.rule.warning.upsertGroup iam creation+group
application.provision.group_push.mapping.deactivated iam creation+group
application.provision.group_push.push_memberships iam creation+group
application.provision.group_push configuration verb
application.provision.group iam verb+group
application.provision.user.password authentication info
application.provision.user.push_okta_password authentication info
application.provision.user.push_password authentication info
application.provision.user iam verb+user
application.user_membership.add iam info+change+creation+user
application.user_membership.remove iam info+change+deletion+user
application.user_membership.change_username iam info+change+user
application.user_membership.change_password authentication info
application.user_membership.restore_password authentication info
application.user_membership.show_password authentication info
application.user_membership iam verb+user
app.access_request.approver iam admin
app.access_request.delete iam admin+deletion
app.access_request iam info
app.ad.api iam user
app.ad.password_migration_campaign.cancel.end configuration deletion
app.ad.password_migration_campaign.create configuration creation
app.ad. configuration info
app.app_instance.provision_sync_job.failed iam creation+info
app.app_instance.provision iam creation
app.audit_report configuration info
app.generic.unauth_app_access_attempt authentication info
app.inbound_del_auth.login_success authentication info+start
app.kerberos_rich_client.user_authentication_successful authentication info
app.ldap.password.change.failed authentication info
app.oauth2.as.resource_server.credentials.lifecycle.activate authentication start
app.oauth2.as.resource_server.credentials.lifecycle.deactivate authentication end+start
app.oauth2.client.lifecycle.activate authentication start
app.oauth2.client.lifecycle.deactivate authentication end+start
app.oauth2.credentials.lifecycle.activate authentication start
app.oauth2.credentials.lifecycle.deactivate authentication end+start
app.oauth2 authentication info
app.office365.api.error.push.password authentication info
app.office365.api.error.revoke.refresh.token authentication info
app.office365.clientplatform configuration info
app.office365.graph.api.error.service.principal.msgraph authentication info
app.office365.graph configuration info
app.office365.service.principal.cleanup.job.invalid authentication info
app.office365.service configuration verb
app.office365 iam verb+object
app.radius.agent.listener.failed network denied+protocol
app.radius.agent.listener network protocol
app.radius.agent.port network access+protocol
app.radius.info iam info
app.realtimesync.import.details.update_user configuration change+info
core.concurrency network+configuration info
core.user_auth authentication info
credential. authentication info
device.assurance configuration verb
device.custom_push authentication info
device.desktop_mfa.device_logout.completed authentication end
device.desktop_mfa.device_logout.started authentication end+start
device.desktop_mfa authentication info
device.integration configuration info
device.lifecycle.activate host start
device.lifecycle.deactivate host end+start
device.lifecycle.suspend host end
device.lifecycle.unsuspend host end
device.password_sync authentication info
device.platform.secret_key.reset host change
device.platform.update host change
device.platform_sso authentication info
device.posture.check.update host change
device.push.provider.update host change
device.token authentication info
device.user. iam verb+user
device. host info
directory.app_user_profile iam verb+user
directory.external.group iam verb+group
directory.non_default_user_profile iam verb+user
directory.user_profile.update iam change+info+user
directory.user_profile iam verb+user
event_hook.activated configuration change
event_hook.deactivated configuration change
inline_hook.activated configuration change
inline_hook.deactivated configuration change
iam.role.permission.conditions iam verb
iam.role iam verb+info
iam. configuration verb+info
integration.api_service.lifecycle.authorize authentication info
network_zone configuration change
oauth2.as.activated configuration change
oauth2.as.deactivated configuration change
oauth2.scope.updated configuration info
pam.active_directory.connection network connection
pam.ad_connection network connection
pam.auth_token authentication info
pam.client_enrollment_policy_token authentication info
pam.gateway.setup_token authentication info
pam.group. iam verb+group
pam.offline_group iam verb+group
pam.password authentication info
pam.permission iam verb
pam.preauthorization authentication info
pam.resource_group iam admin+verb+group
pam.server.ssh_login authentication start
pam.server_account.password_change.initiated authentication start
pam.server_account.password_change authentication info
pam.service_account.password_rotation.end authentication end
pam.service_account.password_rotation.start authentication start
pam.service_account.password authentication info
pam.user. iam verb+user
personal.user iam user
policy.auth_reevaluate authentication info
policy.continuous_access configuration access
policy.evaluate_sign_on authentication info
policy.execute.user iam user
policy.lifecycle.activate configuration info+change
policy.lifecycle.deactivate configuration info+change
policy.rule.activate configuration info+change
policy.rule.add configuration creation+change
policy.rule.deactivate configuration info+change
scheduled_action.user_suspension.canceled configuration change
self_service configuration change
security.attack. threat indicator
security.attack_protection configuration change
security.authenticator.lifecycle.activate authentication info+start
security.authenticator.lifecycle.deactivate authentication end+info+start
security.authenticator authentication info
security.behavior.settings configuration verb+info
security.breached_credential authentication info
security.session session info
security.threat.configuration configuration change+info
security.threat.detected threat indicator
security.zone configuration verb
security. threat none
support.org configuration verb+info
system.agent.ad.reset_user_password authentication info
system.agent.ldap.change_user_password authentication info
system.agent.ldap.reset_user_password authentication info
system.agent.ldap.update_user_password authentication info
system.agent.register configuration creation+info
system.api_token.enable authentication start
system.api_token authentication info
system.brand configuration verb+info
system.custom_email_server.lifecycle.activate configuration change
system.custom_email_server.lifecycle.deactivate configuration change
system.custom_signin authentication start
system.custom_signout authentication end
system.custom_url_domain configuration verb+info
system.directory.debugger configuration verb+info
system.email.challenge_factor authentication info
system.email.mfa authentication info
system.email.password_reset authentication info
system.email.send_factor authentication info
system.email_domain configuration verb+info
system.hook.key configuration verb+info
system.identity_sources.bulk_group_membership iam group
system.import.group iam verb+group
system.import.membership iam info
system.import.session.expired session end
system.import.session session info
system.import.user. iam verb+user
system.iwa_agentless.auth authentication info
system.iwa_agentless.user iam info+user
system.ldapi.bind authentication info
system.ldapi.unbind authentication info
system.log_stream configuration verb+info
system.mfa.factor.activate authentication start
system.mfa.factor.deactivate authentication end
system.oauth2 authentication info
system.org.rate_limit.violation network+configuration info
system.org.rate_limit.warning network+configuration info
system.push authentication info
system.sms.send_factor authentication info
system.sms.send_password authentication info
system.sms.send_phone authentication info
system.voice.send_mfa authentication info
system.voice.send_password authentication info
system.voice.send_phone authentication info
workflows.user.connection.reauthorize authentication info
workflows.user.connection iam verb+info+user
workflows.user.delegatedflow iam info+user
workflows.user.flow.move iam info+user
workflows.user.folder.duplicate iam user
workflows.user.folder iam verb+info+user
workflows.user.role.group iam verb+group+info+user
workflows.user.role iam verb+info+user
workflows.user.table iam verb+info+user
workflows.user. iam verb+user
`;

const ROWS: readonly (readonly [prefix: string, category: readonly string[], type: readonly string[]])[] = TABLE.trim()
  .split('\n')
  .map((line) => line.split(' '))
  .map(([prefix = '', category = '', type = '']) => [prefix, category.split('+'), type.split('+')]);
const OTHER = ['', ['configuration'], ['verb']] as const;

/** What each word of a row that is no type itself stands for: the types whose pattern is in the event type. */
const WORDS = table<readonly (readonly [RegExp, string])[]>({
  verb: [
    [/\.(?:created?|add|generate|provision|bootstrap|enroll)(?![a-z])/, 'creation'],
    [/\.(?:deleted?|removed?|revoke|cancel(?:led)?|deprovision)(?![a-z])/, 'deletion'],
    [/\.(?:updated?|change|rotate|reset)(?![a-z])/, 'change'],
  ],
  object: [
    [/\.users?(?![a-z])/, 'user'],
    [/\.groups?(?![a-z])/, 'group'],
    [/\.admin(?![a-z])/, 'admin'],
  ],
  none: [],
});

/** Category and types of an event type. */
export function oktaMeaning(eventType: string): JsonMeaning {
  const [, category, types] = ROWS.find(([prefix]) => eventType.startsWith(prefix)) ?? OTHER;
  const type = types.flatMap(
    (one) => WORDS[one]?.flatMap(([pattern, meant]) => (pattern.test(eventType) ? [meant] : [])) ?? [one],
  );
  return { category, type: type.length === 0 && !types.includes('none') ? ['info'] : type };
}
