import { table } from '../../../lookup.js';

/** What an event code means: category, type and action, in ECS's words. */
export type CodeRow = readonly [
  category: readonly string[] | undefined,
  type: readonly string[] | undefined,
  action?: string,
];

const AUTH = ['authentication'];
const START = ['start'];
const IAM = ['iam'];
const USER_NEW = ['user', 'creation'];
const USER_CHANGE = ['user', 'change'];
const USER_INFO = ['user', 'info'];
const USER_GONE = ['user', 'deletion'];
const GROUP_NEW = ['group', 'creation'];
const GROUP_CHANGE = ['group', 'change'];
const GROUP_GONE = ['group', 'deletion'];
const ADMIN = ['admin', 'change'];
const IAM_CONFIG = ['iam', 'configuration'];
const CONFIG = ['configuration'];
const NETWORK = ['network'];
const CHANGE = ['change'];

const many = (codes: readonly number[], row: CodeRow): readonly (readonly [string, CodeRow])[] =>
  codes.map((code) => [String(code), row] as const);

/**
 * Windows Security by event code. Source: Elastic's documented actions of the Security module, Microsoft's list of
 * security audit events.
 */
export const SECURITY: ReadonlyMap<string, CodeRow> = new Map<string, CodeRow>([
  ['1100', [['process'], ['end'], 'logging-service-shutdown']],
  ['1102', [IAM, ADMIN, 'audit-log-cleared']],
  ['1104', [IAM, ['admin'], 'logging-full']],
  ['1105', [IAM, ['admin'], 'auditlog-archieved']],
  ['1108', [IAM, ['admin'], 'logging-processing-error']],
  ['4610', [CONFIG, ['access'], 'authentication-package-loaded']],
  ['4611', [CONFIG, CHANGE, 'trusted-logon-process-registered']],
  ['4614', [CONFIG, ['access'], 'notification-package-loaded']],
  ['4616', [CONFIG, CHANGE, 'system-time-changed']],
  ['4622', [CONFIG, ['access'], 'security-package-loaded']],
  ['4624', [AUTH, START, 'logged-in']],
  ['4625', [AUTH, START, 'logon-failed']],
  ['4634', [AUTH, ['end'], 'logged-out']],
  ['4647', [AUTH, ['end'], 'logged-out']],
  ['4648', [AUTH, START, 'logged-in-explicit']],
  ['4657', [['registry', 'configuration'], CHANGE, 'registry-value-modified']],
  ['4662', [IAM_CONFIG, ADMIN, 'object-operation-performed']],
  ['4670', [IAM_CONFIG, ADMIN, 'permissions-changed']],
  ['4672', [IAM, ['admin'], 'logged-in-special']],
  ['4673', [IAM, ['admin'], 'privileged-service-called']],
  ['4674', [IAM, ['admin'], 'privileged-operation']],
  ['4688', [['process'], START, 'created-process']],
  ['4689', [['process'], ['end'], 'exited-process']],
  ['4697', [IAM_CONFIG, ADMIN, 'service-installed']],
  ['4698', [IAM_CONFIG, ['creation', 'admin'], 'scheduled-task-created']],
  ['4699', [IAM_CONFIG, ['deletion', 'admin'], 'scheduled-task-deleted']],
  ['4700', [IAM_CONFIG, ['change', 'admin'], 'scheduled-task-enabled']],
  ['4701', [IAM_CONFIG, ['change', 'admin'], 'scheduled-task-disabled']],
  ['4702', [IAM_CONFIG, ['change', 'admin'], 'scheduled-task-updated']],
  ['4706', [CONFIG, ['creation'], 'domain-trust-added']],
  ['4707', [CONFIG, ['deletion'], 'domain-trust-removed']],
  ['4713', [CONFIG, CHANGE, 'kerberos-policy-changed']],
  ['4714', [CONFIG, CHANGE, 'encrypted-data-recovery-policy-changed']],
  ['4715', [CONFIG, CHANGE, 'object-audit-policy-changed']],
  ['4716', [CONFIG, CHANGE, 'trusted-domain-information-changed']],
  ['4717', [IAM_CONFIG, ADMIN, 'system-security-access-granted']],
  ['4718', [IAM_CONFIG, ['admin', 'deletion'], 'system-security-access-removed']],
  ['4719', [IAM_CONFIG, ADMIN, 'changed-audit-config']],
  ['4720', [IAM, USER_NEW, 'added-user-account']],
  ['4722', [IAM, USER_CHANGE, 'enabled-user-account']],
  ['4723', [IAM, USER_CHANGE, 'changed-password']],
  ['4724', [IAM, USER_CHANGE, 'reset-password']],
  ['4725', [IAM, USER_GONE, 'disabled-user-account']],
  ['4726', [IAM, USER_GONE, 'deleted-user-account']],
  ['4738', [IAM, USER_CHANGE, 'modified-user-account']],
  ['4739', [CONFIG, CHANGE, 'domain-policy-changed']],
  ['4740', [IAM, USER_CHANGE, 'locked-out-user-account']],
  ['4741', [IAM, ['creation', 'admin'], 'added-computer-account']],
  ['4742', [IAM, ADMIN, 'changed-computer-account']],
  ['4743', [IAM, ['deletion', 'admin'], 'deleted-computer-account']],
  ['4764', [IAM, GROUP_CHANGE, 'type-changed-group-account']],
  ['4767', [IAM, USER_CHANGE, 'unlocked-user-account']],
  ['4768', [AUTH, START, 'kerberos-authentication-ticket-requested']],
  ['4769', [AUTH, START, 'kerberos-service-ticket-requested']],
  ['4770', [AUTH, START, 'kerberos-service-ticket-renewed']],
  ['4771', [AUTH, START, 'kerberos-preauth-failed']],
  ['4776', [AUTH, START, 'credential-validated']],
  ['4778', [['authentication', 'session'], START, 'session-reconnected']],
  ['4779', [['authentication', 'session'], ['end'], 'session-disconnected']],
  ['4781', [IAM, USER_CHANGE, 'renamed-user-account']],
  ['4797', [IAM, USER_INFO, 'query-existence-of-blank-password']],
  ['4798', [IAM, USER_INFO, 'group-membership-enumerated']],
  ['4799', [IAM, ['group', 'info'], 'user-member-enumerated']],
  ['4817', [IAM_CONFIG, ADMIN, 'object-audit-changed']],
  ['4902', [IAM_CONFIG, ['admin', 'creation'], 'user-audit-policy-created']],
  ['4904', [IAM_CONFIG, ADMIN, 'security-event-source-added']],
  ['4905', [IAM_CONFIG, ['admin', 'deletion'], 'security-event-source-removed']],
  ['4906', [IAM_CONFIG, ADMIN, 'crash-on-audit-changed']],
  ['4907', [IAM_CONFIG, ADMIN, 'audit-setting-changed']],
  ['4908', [IAM_CONFIG, ADMIN, 'special-group-table-changed']],
  ['4912', [IAM_CONFIG, ADMIN, 'per-user-audit-policy-changed']],
  ['4950', [CONFIG, CHANGE, 'windows-firewall-setting-changed']],
  ['4954', [CONFIG, CHANGE, 'windows-firewall-group-policy-changed']],
  ['4964', [IAM, ['admin', 'group'], 'logged-in-special']],
  ['5024', [['process'], START, 'windows-firewall-service-started']],
  ['5025', [['process'], ['end'], 'windows-firewall-service-stopped']],
  ['5033', [['driver'], START, 'windows-firewall-driver-started']],
  ['5034', [['driver'], ['end'], 'windows-firewall-driver-stopped']],
  ['5037', [['driver'], ['end'], 'windows-firewall-driver-error']],
  ['5136', [IAM_CONFIG, ADMIN, 'directory-service-object-modified']],
  ['5137', [IAM_CONFIG, ['admin', 'creation'], 'directory-service-object-created']],
  ['5140', [['network', 'file'], ['info', 'access'], 'network-share-object-accessed']],
  ['5141', [IAM_CONFIG, ['admin', 'deletion'], 'directory-service-object-deleted']],
  ['5145', [['network', 'file'], ['info', 'access'], 'network-share-object-access-checked']],
  ['5152', [NETWORK, ['connection', 'info', 'denied'], 'windows-firewall-packet-drop']],
  ['5156', [NETWORK, ['connection', 'info', 'allowed'], 'windows-firewall-connection']],
  ['5157', [NETWORK, ['connection', 'info', 'denied'], 'windows-firewall-packet-block']],
  ['5158', [NETWORK, ['info'], 'windows-firewall-bind-local-port']],
  ['5379', [IAM, USER_INFO, 'credential-manager-credentials-were-read']],
  ['5380', [IAM, USER_INFO, 'vault-credential-find']],
  ...many([5381, 5382], [IAM, USER_INFO, 'vault-credentials-were-read']),
  ...many([4727, 4731, 4754], [IAM, GROUP_NEW, 'added-group-account']),
  ...many([4728, 4732, 4756], [IAM, GROUP_CHANGE, 'added-member-to-group']),
  ...many([4729, 4733, 4757], [IAM, GROUP_CHANGE, 'removed-member-from-group']),
  ...many([4730, 4734, 4758], [IAM, GROUP_GONE, 'deleted-group-account']),
  ...many([4735, 4737, 4755], [IAM, GROUP_CHANGE, 'modified-group-account']),
  ...many([4744, 4749, 4759], [IAM, GROUP_NEW, 'added-distribution-group-account']),
  ...many([4745, 4750, 4760], [IAM, GROUP_CHANGE, 'changed-distribution-group-account']),
  ...many([4746, 4751, 4761], [IAM, GROUP_CHANGE, 'added-member-to-distribution-group']),
  ...many([4747, 4752, 4762], [IAM, GROUP_CHANGE, 'removed-member-from-distribution-group']),
  ...many([4748, 4753, 4763], [IAM, GROUP_GONE, 'deleted-distribution-group-account']),
]);

/** Events about a log-on: the account that logs on (`Target…`) is the user. */
export const ABOUT_LOGON = new Set('4624 4625 4634 4647 4768 4769 4770 4771 4772 4773 4776 4964'.split(' '));

/** Events about an account: the actor (`Subject…`) is the user, the account the target. */
export const ABOUT_ACCOUNT = new Set(
  '4670 4720 4722 4723 4724 4725 4726 4738 4740 4741 4742 4743 4767 4781 4797 4798 4817 4907'.split(' '),
);

/** Events about a computer's account. */
export const ABOUT_COMPUTER = new Set(['4741', '4742', '4743']);

/** Events where one account acts as another: the actor is the user, the other the effective user. */
export const ABOUT_OTHER = new Set(['4648', '4688']);

/** Events about a group: it is `Target…`, a member `Member…`. */
export const ABOUT_GROUP = new Set([...SECURITY].filter(([, [, type]]) => type?.[0] === 'group').map(([code]) => code));

/** `winlog.logon.type` by LogonType. Source: Microsoft, event 4624. */
export const LOGON_TYPES = table<string>({
  '2': 'Interactive',
  '3': 'Network',
  '4': 'Batch',
  '5': 'Service',
  '7': 'Unlock',
  '8': 'NetworkCleartext',
  '9': 'NewCredentials',
  '10': 'RemoteInteractive',
  '11': 'CachedInteractive',
  '12': 'CachedRemoteInteractive',
  '13': 'CachedUnlock',
});
