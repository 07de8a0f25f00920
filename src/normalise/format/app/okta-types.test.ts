import { describe, expect, it } from 'vitest';
import { oktaMeaning } from './okta-types.js';

describe('what an Okta event type means', () => {
  it.each([
    ['access.request.cancel', 'iam', 'deletion'],
    ['analytics.reports.export.generate', 'configuration', 'creation+info'],
    ['app.ad.password_migration_campaign.cancel.start', 'configuration', 'info'],
    ['app.app_instance.csr.revoke', 'configuration', 'deletion'],
    ['app.oauth2.as.resource_server.credentials.lifecycle.delete', 'authentication', 'info'],
    ['app.office365.api.error.create.user', 'iam', 'creation+user'],
    ['app.office365.api.error.group.membership.update.removal.failure', 'iam', 'change+group'],
    ['app.office365.user.remove.licenses.success', 'iam', 'deletion+user'],
    ['app.user_management.grouppush.mapping.created.from.rule.error.duplicate', 'configuration', 'creation'],
    ['app.user_management.push_new_user_success', 'configuration', 'info'],
    ['application.provision.group.remove', 'iam', 'creation+deletion+group'],
    ['application.provision.group_push.delete_appgroup', 'configuration', 'creation+deletion'],
    ['application.provision.group_push.removed', 'configuration', 'creation+deletion'],
    ['application.provision.user.deprovision', 'iam', 'creation+deletion+user'],
    ['application.user_membership.provision', 'iam', 'creation+user'],
    ['device.enrollment.create', 'host', 'info'],
    ['device.user.remove', 'iam', 'deletion+user'],
    ['event_hook.created', 'configuration', 'creation'],
    ['group.lifecycle.delete', 'iam', 'deletion+group'],
    ['group.user_membership.rule.evaluation', 'iam', 'group+user'],
    ['integration.api_service.lifecycle.revoke', 'configuration', 'deletion'],
    ['mim.streamDevicesCSVDownload', 'configuration', 'info'],
    ['pam.client.enroll', 'configuration', 'creation'],
    ['pam.offline_group.secrets.rotate', 'iam', 'change+group'],
    ['pam.team_user_attribute.create', 'configuration', 'creation'],
    ['policy.lifecycle.overwrite', 'configuration', 'info'],
    ['policy.rule.invalidate', 'configuration', 'info'],
    ['security.behavior.settings.create', 'configuration', 'creation+info'],
    ['support.org.view', 'configuration', 'info'],
    ['system.agent.ldap.create_user_JIT', 'configuration', 'creation'],
    ['system.hook.key.deleted', 'configuration', 'deletion+info'],
    ['system.import.group_membership.complete', 'iam', 'group'],
    ['system.iwa.remove', 'configuration', 'deletion'],
    ['workflows.user.flow.execution.cancel', 'iam', 'deletion+user'],
    ['zone.make_blacklist', 'configuration', 'info'],
  ])('%s: %s, %s', (eventType, category, types) => {
    const found = oktaMeaning(eventType);
    expect(found.category).toEqual(category.split('+'));
    expect([...(found.type ?? [])].sort().join('+')).toBe(types.split('+').sort().join('+'));
  });

  it('a type that nobody has heard of changes how Okta is set up', () => {
    expect(oktaMeaning('some.thing.create')).toEqual({ category: ['configuration'], type: ['creation'] });
  });

  it('what is only known as a threat has no type', () => {
    expect(oktaMeaning('security.trusted_origin.create')).toEqual({ category: ['threat'], type: [] });
  });
});
