import { placeOf } from './values.js';

/** Which keys of a record name an account: the first present is its id where it is a number, else its name. */
export interface AuditAccount {
  /** The fields of id and name. */
  readonly id: string;
  readonly name: string;
  /** The places of the keys, best first. */
  readonly from: readonly number[];
}

/** What one type of audit record means in ECS. */
export interface AuditMeaning {
  readonly action: string;
  readonly category: readonly string[] | undefined;
  readonly type: readonly string[] | undefined;
  readonly accounts: readonly AuditAccount[];
}

function account(to: string, from: readonly string[]): AuditAccount {
  return { id: `${to}.id`, name: `${to}.name`, from: from.map(placeOf) };
}

const ACTOR = account('user', ['auid']);
const AS = account('user.effective', ['uid']);
const SUBJECT: readonly AuditAccount[] = [ACTOR, account('user.effective', ['acct', 'id', 'uid'])];
const TARGET: readonly AuditAccount[] = [ACTOR, AS, account('user.target', ['id', 'acct'])];
const CHANGED: readonly AuditAccount[] = [ACTOR, AS, account('user.target', ['acct', 'id', 'uid'])];
const GROUP: readonly AuditAccount[] = [ACTOR, AS, account('group', ['id', 'acct'])];
const GROUP_PASSWORD: readonly AuditAccount[] = [ACTOR, AS, account('group', ['acct', 'id'])];
const LOGIN: readonly AuditAccount[] = [account('user', ['old_auid']), account('user.effective', ['new_auid', 'auid'])];

/** `category type` in words, several joined with `+`; accounts where the record names some. */
function means(action: string, category = '', type = '', accounts: readonly AuditAccount[] = []): AuditMeaning {
  return {
    action,
    category: category === '' ? undefined : category.split('+'),
    type: type === '' ? undefined : type.split('+'),
    accounts,
  };
}

/**
 * Audit record types. Sources: linux/audit.h and audit-records.h for the types; the actions and accounts are those of
 * Elastic's auditd log pipeline and go-libaudit's normalisation, as documented.
 */
export const RECORDS: ReadonlyMap<string, AuditMeaning> = new Map<string, AuditMeaning>([
  ['ACCT_LOCK', means('locked-account', 'iam', 'user+info')],
  ['ACCT_UNLOCK', means('unlocked-account', 'iam', 'user+info')],
  ['ADD_GROUP', means('added-group-account-to', 'iam', 'group+creation', GROUP)],
  ['ADD_USER', means('added-user-account', 'iam', 'user+creation', TARGET)],
  ['ANOM_ABEND', means('crashed-program', 'process', 'end')],
  ['ANOM_EXEC', means('attempted-execution-of-forbidden-program', 'process', 'start')],
  ['ANOM_LINK', means('used-suspicious-link')],
  ['ANOM_LOGIN_FAILURES', means('failed-log-in-too-many-times-to')],
  ['ANOM_LOGIN_LOCATION', means('attempted-log-in-from-unusual-place-to')],
  ['ANOM_LOGIN_SESSIONS', means('opened-too-many-sessions-to')],
  ['ANOM_LOGIN_TIME', means('attempted-log-in-during-unusual-hour-to')],
  ['ANOM_PROMISCUOUS', means('changed-promiscuous-mode-on-device')],
  ['ANOM_RBAC_INTEGRITY_FAIL', means('tested-file-system-integrity-of')],
  ['CHGRP_ID', means('changed-group', 'process', 'change')],
  ['CHUSER_ID', means('changed-user-id', 'process', 'change')],
  ['CONFIG_CHANGE', means('changed-audit-configuration', 'process+configuration', 'change')],
  ['CRED_ACQ', means('acquired-credentials', 'authentication', 'info', SUBJECT)],
  ['CRED_DISP', means('disposed-credentials', 'authentication', 'info', SUBJECT)],
  ['CRED_REFR', means('refreshed-credentials', 'authentication', 'info', SUBJECT)],
  ['CRYPTO_KEY_USER', means('negotiated-crypto-key', 'process', 'info')],
  ['CRYPTO_LOGIN', means('crypto-officer-logged-in')],
  ['CRYPTO_LOGOUT', means('crypto-officer-logged-out', 'process', 'info')],
  ['CRYPTO_SESSION', means('started-crypto-session', 'process', 'info')],
  ['DAC_CHECK', means('access-result')],
  ['DAEMON_ABORT', means('aborted-auditd-startup', 'process', 'end')],
  ['DAEMON_ACCEPT', means('remote-audit-connected', 'network', 'connection+start')],
  ['DAEMON_CLOSE', means('remote-audit-disconnected', 'network', 'connection+start')],
  ['DAEMON_CONFIG', means('changed-auditd-configuration', 'process+configuration', 'change')],
  ['DAEMON_END', means('shutdown-audit', 'process', 'end')],
  ['DAEMON_ERR', means('audit-error', 'process', 'info')],
  ['DAEMON_RECONFIG', means('reconfigured-auditd', 'process+configuration', 'info')],
  ['DAEMON_RESUME', means('resumed-audit-logging', 'process', 'change')],
  ['DAEMON_ROTATE', means('rotated-audit-logs', 'process', 'change')],
  ['DAEMON_START', means('started-audit', 'process', 'start')],
  ['DEL_GROUP', means('deleted-group-account-from', 'iam', 'group+deletion', GROUP)],
  ['DEL_USER', means('deleted-user-account', 'iam', 'user+deletion', TARGET)],
  ['FEATURE_CHANGE', means('changed-audit-feature', 'configuration', 'change')],
  ['FS_RELABEL', means('relabeled-filesystem')],
  ['GRP_AUTH', means('authenticated-to-group', 'authentication', 'info', [ACTOR, AS])],
  ['GRP_CHAUTHTOK', means('changed-group-password', 'iam', 'group+change', GROUP_PASSWORD)],
  ['GRP_MGMT', means('modified-group-account', 'iam', 'group+change', GROUP)],
  ['KERNEL', means('initialized-audit-subsystem', 'process', 'info')],
  ['KERN_MODULE', means('loaded-kernel-module', 'driver', 'start')],
  ['LABEL_LEVEL_CHANGE', means('modified-level-of')],
  ['LABEL_OVERRIDE', means('overrode-label-of')],
  ['LOGIN', means('changed-login-id-to', 'authentication', 'start', LOGIN)],
  ['MAC_CHECK', means('mac-permission')],
  ['MAC_CONFIG_CHANGE', means('changed-selinux-boolean', 'configuration', 'change')],
  ['MAC_POLICY_LOAD', means('loaded-selinux-policy', 'configuration', 'access')],
  ['MAC_STATUS', means('changed-selinux-enforcement', 'configuration', 'change')],
  ['NETFILTER_CFG', means('loaded-firewall-rule-to', 'configuration', 'change')],
  ['ROLE_ASSIGN', means('assigned-user-role-to', 'iam', 'user+change')],
  ['ROLE_MODIFY', means('modified-role', 'iam', 'change')],
  ['ROLE_REMOVE', means('removed-user-role-from', 'iam', 'user+change')],
  ['SECCOMP', means('violated-seccomp-policy')],
  ['SELINUX_ERR', means('caused-mac-policy-error')],
  ['SERVICE_START', means('started-service', 'process', 'start')],
  ['SERVICE_STOP', means('stopped-service', 'process', 'end')],
  ['SOFTWARE_UPDATE', means('package-updated', 'package', 'info')],
  ['SYSTEM_BOOT', means('booted-system', 'host', 'info')],
  ['SYSTEM_RUNLEVEL', means('changed-to-runlevel', 'host', 'change')],
  ['SYSTEM_SHUTDOWN', means('shutdown-system', 'host', 'info')],
  ['TEST', means('sent-test', 'process', 'info')],
  ['TRUSTED_APP', means('unknown', 'process', 'info')],
  ['TTY', means('typed')],
  ['USER', means('sent-message')],
  ['USER_ACCT', means('was-authorized', 'authentication', 'info', SUBJECT)],
  ['USER_AUTH', means('authenticated', 'authentication', 'info', SUBJECT)],
  ['USER_AVC', means('access-permission')],
  ['USER_CHAUTHTOK', means('changed-password', 'iam', 'user+change', CHANGED)],
  ['USER_CMD', means('ran-command', 'process', 'start')],
  ['USER_END', means('ended-session', 'session', 'end', SUBJECT)],
  ['USER_ERR', means('error', 'authentication', 'info', SUBJECT)],
  ['USER_LOGIN', means('logged-in', 'authentication', 'start', SUBJECT)],
  ['USER_LOGOUT', means('logged-out', 'authentication', 'end', SUBJECT)],
  ['USER_MAC_CONFIG_CHANGE', means('changed-mac-configuration', 'configuration', 'change')],
  ['USER_MAC_POLICY_LOAD', means('loaded-mac-policy', 'configuration', 'access')],
  ['USER_MGMT', means('modified-user-account', 'iam', 'user+change', CHANGED)],
  ['USER_ROLE_CHANGE', means('changed-role-to')],
  ['USER_SELINUX_ERR', means('access-error')],
  ['USER_START', means('started-session', 'session', 'start', SUBJECT)],
  ['USER_TTY', means('typed')],
  ['USYS_CONFIG', means('changed-configuration', 'configuration', 'change')],
  ['VIRT_CONTROL', means('issued-vm-control', 'host', 'info')],
  ['VIRT_CREATE', means('created-vm-image', 'host', 'info')],
  ['VIRT_DESTROY', means('deleted-vm-image', 'host', 'info')],
  ['VIRT_INTEGRITY_CHECK', means('checked-integrity-of', 'host', 'info')],
  ['VIRT_MACHINE_ID', means('assigned-vm-id', 'host', 'creation')],
  ['VIRT_MIGRATE_IN', means('migrated-vm-from', 'host', 'info')],
  ['VIRT_MIGRATE_OUT', means('migrated-vm-to', 'host', 'info')],
  ['VIRT_RESOURCE', means('assigned-vm-resource', 'host', 'info')],
]);

/** Record types that the kernel's own log tells by number. Source: linux/audit.h. */
export const TYPE_NUMBERS: Readonly<Record<string, string>> = {
  '1006': 'LOGIN',
  '1100': 'USER_AUTH',
  '1101': 'USER_ACCT',
  '1102': 'USER_MGMT',
  '1103': 'CRED_ACQ',
  '1104': 'CRED_DISP',
  '1105': 'USER_START',
  '1106': 'USER_END',
  '1107': 'USER_AVC',
  '1108': 'USER_CHAUTHTOK',
  '1109': 'USER_ERR',
  '1110': 'CRED_REFR',
  '1111': 'USYS_CONFIG',
  '1112': 'USER_LOGIN',
  '1113': 'USER_LOGOUT',
  '1114': 'ADD_USER',
  '1115': 'DEL_USER',
  '1116': 'ADD_GROUP',
  '1117': 'DEL_GROUP',
  '1123': 'USER_CMD',
  '1130': 'SERVICE_START',
  '1131': 'SERVICE_STOP',
  '1300': 'SYSCALL',
  '1302': 'PATH',
  '1305': 'CONFIG_CHANGE',
  '1306': 'SOCKADDR',
  '1307': 'CWD',
  '1309': 'EXECVE',
  '1325': 'NETFILTER_CFG',
  '1326': 'SECCOMP',
  '1327': 'PROCTITLE',
  '1334': 'BPF',
  '1400': 'AVC',
  '1403': 'MAC_POLICY_LOAD',
  '1404': 'MAC_STATUS',
  '1700': 'ANOM_PROMISCUOUS',
  '1701': 'ANOM_ABEND',
};

const META = means('checked-metadata-of', 'file', 'info');
const MODE = means('changed-file-permissions-of', 'file', 'change');
const OWNER = means('changed-file-ownership-of', 'file', 'change');
const ATTRIBUTES = means('changed-file-attributes-of', 'file', 'change');
const OPENED = means('opened-file', 'file', 'info');
const WRITTEN = means('opened-file', 'file', 'change');
const STAMP = means('changed-timestamp-of', 'file', 'info');
const DELETED = means('deleted', 'file', 'deletion');
const RENAMED = means('renamed', 'file', 'change');
const LINKED = means('symlinked', 'file', 'creation');
const IDENTITY = means('changed-identity-of', 'process', 'change');
const RECEIVED = means('received-from', 'network', 'connection+info');
const SENT = means('sent-to', 'network', 'connection+info');
const ACCEPTED = means('accepted-connection-from', 'network', 'connection+start');
const KILLED = means('killed-pid', 'process', 'end');
const CLOCK = means('changed-system-time', 'host', 'change');
const LOADED = means('loaded-kernel-module', 'driver', 'start');
const SCHEDULED = means('adjusted-scheduling-policy-of', 'process', 'change');

/** A syscall that no row names. */
export const ANY_SYSCALL: AuditMeaning = means('', 'process', 'info');

/** Syscalls by name, as `ausearch -i` tells them. Source: Elastic's auditd log pipeline, as documented. */
export const SYSCALLS: ReadonlyMap<string, AuditMeaning> = new Map<string, AuditMeaning>([
  ...of(ACCEPTED, 'accept accept4'),
  ...of(META, 'access faccessat fgetxattr fstat fstatat getxattr lgetxattr lstat newfstatat stat stat64'),
  ...of(CLOCK, 'adjtimex clock_settime settimeofday stime'),
  ...of(means('bound-socket', 'network', 'start'), 'bind'),
  ...of(means('allocated-memory', 'process', 'info'), 'brk mmap mmap2'),
  ...of(MODE, 'chmod fchmod fchmodat'),
  ...of(OWNER, 'chown fchown fchownat lchown'),
  ...of(means('connected-to', 'network', 'connection+start'), 'connect'),
  ...of(means('opened-file', 'file', 'creation'), 'creat'),
  ...of(means('unloaded-kernel-module', 'driver', 'end'), 'delete_module'),
  ...of(means('executed', 'process', 'info'), 'execve'),
  ...of(means('executed', 'process', 'start'), 'execveat'),
  ...of(WRITTEN, 'fallocate ftruncate truncate'),
  ...of(LOADED, 'finit_module init_module'),
  ...of(ATTRIBUTES, 'fremovexattr fsetxattr lremovexattr lsetxattr removexattr setxattr'),
  ...of(means('checked-filesystem-metadata-of', 'file', 'info'), 'fstatfs statfs'),
  ...of(STAMP, 'futimens futimesat utime utimensat utimes'),
  ...of(KILLED, 'kill tgkill tkill'),
  ...of(means('listen-for-connections', 'network', 'start'), 'listen'),
  ...of(means('created-directory', 'file', 'creation'), 'mkdir mkdirat'),
  ...of(means('make-device', 'file', 'creation'), 'mknod mknodat'),
  ...of(means('mounted', 'file', 'creation'), 'mount'),
  ...of(OPENED, 'open openat readlink readlinkat'),
  ...of(means('read-file', 'file', 'info'), 'read'),
  ...of(RECEIVED, 'recv recvfrom recvmmsg recvmsg'),
  ...of(RENAMED, 'rename renameat renameat2'),
  ...of(DELETED, 'rmdir unlink unlinkat'),
  ...of(SCHEDULED, 'sched_setattr sched_setparam sched_setscheduler'),
  ...of(SENT, 'send sendmmsg sendmsg sendto'),
  ...of(means('changed-system-name', 'host', 'change'), 'setdomainname sethostname'),
  ...of(IDENTITY, 'setegid seteuid setfsgid setfsuid setgid setregid setresgid setresuid setreuid setuid'),
  ...of(LINKED, 'symlink symlinkat'),
  ...of(means('unmounted', 'file', 'deletion'), 'umount umount2'),
  ...of(means('wrote-to-file', 'file', 'change'), 'write'),
]);

/** Types of VIRT_CONTROL records by what was done to the machine. */
export const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['start', 'start'],
  ['stop', 'end'],
  ['create', 'creation'],
  ['delete', 'deletion'],
]);

/** The ways of connections, of system calls by name and by their numbers on x86-64. Source: Elastic's auditd log pipeline, as documented. */
export const DIRECTIONS: ReadonlyMap<string, string> = new Map([
  ...'accept 43 recvfrom 45 recvmsg 47 accept4 288'.split(' ').map((call) => [call, 'ingress'] as const),
  ...'connect 42 sendto 44 sendmsg 46'.split(' ').map((call) => [call, 'egress'] as const),
]);

function of(meaning: AuditMeaning, names: string): readonly (readonly [string, AuditMeaning])[] {
  return names.split(' ').map((name) => [name, meaning]);
}
