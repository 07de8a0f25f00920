import type { Fields } from '../../../event/index.js';
import { ip, snake, stringOf, text } from '../../raw.js';
import { type JsonMeaning, mapped, names, type Row } from '../mapped.js';

const IDENTITY = 'userIdentity.';
const ISSUER = `${IDENTITY}sessionContext.sessionIssuer.`;

const ROWS: readonly Row[] = [
  ['event.provider', 'eventSource'],
  ['event.id', 'eventID'],
  ['cloud.account.id', [`${IDENTITY}accountId`, 'awsAccountId'], text],
  ['cloud.region', 'awsRegion'],
  ['source.address', 'sourceIPAddress'],
  ['source.ip', 'sourceIPAddress', ip],
  ['user.name', [`${IDENTITY}userName`, `${ISSUER}userName`]],
  ['user.id', [`${IDENTITY}principalId`, `${ISSUER}principalId`, `${IDENTITY}onBehalfOf.userId`]],
  ['user_agent.original', 'userAgent'],
  ['group.name', 'requestParameters.groupName', text],
  ['group.id', 'responseElements.group.groupId', text],
  ['error.message', 'errorMessage', text],
  ['user.changes.name', 'requestParameters.newUserName', text],
  ['user.target.name', ['requestParameters.userName', 'responseElements.user.userName'], text],
  ['user.target.id', 'responseElements.user.userId', text],
  ['file.path', 'digestS3Object'],
  ['tls.cipher', 'tlsDetails.cipherSuite'],
  ['tls.client.server_name', 'tlsDetails.clientProvidedHostHeader'],
];

const row = (category: string, ...type: readonly string[]): JsonMeaning => ({ category: [category], type });
const USER_CHANGE = row('iam', 'user', 'change');
const GROUP_CHANGE = row('iam', 'group', 'change');
const ADMIN_CHANGE = row('iam', 'admin', 'change');
const NETWORK_INFO = row('network', 'info');
const HOST_INFO = row('host', 'info');
const FILE_INFO = row('file', 'info');
const SESSION_START = row('session', 'start');
const USER_INFO = row('iam', 'user', 'info');
const GROUP_INFO = row('iam', 'group', 'info');

/** Calls that tell a category, by name. Source: AWS IAM API reference; ECS's allowed values. */
const CALLS: ReadonlyMap<string, JsonMeaning> = new Map<string, JsonMeaning>([
  ['ConsoleLogin', row('authentication', 'info')],
  ['AssumeRole', row('authentication', 'info')],
  ['CheckMfa', row('authentication', 'info')],
  ['SwitchRole', row('authentication', 'info')],
  ['CreateUser', row('iam', 'user', 'creation')],
  ['CreateGroup', row('iam', 'group', 'creation')],
  ['DeleteUser', row('iam', 'user', 'deletion')],
  ['DeleteGroup', row('iam', 'group', 'deletion')],
  ['CreateKeyPair', row('iam', 'admin', 'creation')],
  ...'SetDefaultPolicyVersion SetSecurityTokenServicePreferences UpdateAccountPasswordPolicy UpdateRole'
    .split(' ')
    .map((name) => [name, ADMIN_CHANGE] as const),
  ['CreateBucket', row('file', 'creation')],
  ['DeleteBucket', row('file', 'deletion')],
  ...'AddUserToGroup RemoveUserFromGroup AttachGroupPolicy DetachGroupPolicy DeleteGroupPolicy PutGroupPolicy UpdateGroup'
    .split(' ')
    .map((name) => [name, GROUP_CHANGE] as const),
  ...'GetGroup GetGroupPolicy ListGroups ListGroupPolicies ListAttachedGroupPolicies'
    .split(' ')
    .map((name) => [name, GROUP_INFO] as const),
  ...'GetUser GetUserPolicy ListUsers ListUserPolicies ListGroupsForUser ListAttachedUserPolicies ListUserTags'
    .split(' ')
    .map((name) => [name, USER_INFO] as const),
  ...'AttachUserPolicy ChangePassword CreateAccessKey CreateVirtualMFADevice DeactivateMFADevice DeleteAccessKey DeleteSSHPublicKey'
    .split(' ')
    .map((name) => [name, USER_CHANGE] as const),
  ...'DeleteUserPermissionsBoundary DeleteUserPolicy DeleteVirtualMFADevice DetachUserPolicy EnableMFADevice PutUserPermissionsBoundary'
    .split(' ')
    .map((name) => [name, USER_CHANGE] as const),
  ...'PutUserPolicy UpdateAccessKey UpdateLoginProfile UpdateSSHPublicKey UpdateUser TagUser UntagUser'
    .split(' ')
    .map((name) => [name, USER_CHANGE] as const),
  ['GetCallerIdentity', row('authentication', 'info')],
  ['CreatePolicy', row('iam', 'creation')],
  ['AttachRolePolicy', row('iam', 'change')],
  ...'ListRoles GetPolicy ListAttachedRolePolicies'.split(' ').map((name) => [name, row('iam', 'info')] as const),
  ['AuthorizeSecurityGroupIngress', row('network', 'access')],
  ...'DescribeSecurityGroups DescribeNetworkInterfaces DescribeVpcs DescribeNetworkAcls DescribeLoadBalancers'
    .split(' ')
    .map((name) => [name, NETWORK_INFO] as const),
  ...'DescribeInstances DescribeVolumes ListInstanceAssociations'.split(' ').map((name) => [name, HOST_INFO] as const),
  ...'ListBuckets ListObjects HeadObject GetObject'.split(' ').map((name) => [name, FILE_INFO] as const),
  ['CreateDocument', row('file', 'creation')],
  ['PutObject', row('file', 'change')],
  ['DeleteObject', row('file', 'deletion')],
  ...'ListTables DescribeDBInstances'.split(' ').map((name) => [name, row('database', 'info')] as const),
  ['ListFunctions', row('package', 'info')],
  ['DescribeRegions', row('api', 'info')],
  ['DescribeTrails', row('configuration', 'info')],
  ['CreateTopic', row('configuration', 'creation')],
  ['Subscribe', row('configuration', 'change')],
  ['DeleteTrail', row('configuration', 'deletion')],
  ...'StartSession CreateControlChannel OpenControlChannel CreateDataChannel OpenDataChannel'
    .split(' ')
    .map((name) => [name, SESSION_START] as const),
  ['TerminateSession', row('session', 'end')],
  ...'Publish Converse'.split(' ').map((name) => [name, { category: ['api'] }] as const),
  ['SendCommand', { category: ['process'] }],
]);

/** Objects whose keys are the API's own, not CloudTrail's: kept as they are written. */
const OPEN = /^(requestParameters|responseElements|additionalEventData|serviceEventDetails)(?:\.|$)/;
const RENAMED = names(
  'eventSource eventID eventName eventTime awsRegion sourceIPAddress userAgent userIdentity.userName userIdentity.principalId userIdentity.accountId',
);
const INFO: JsonMeaning = { type: ['info'] };

/**
 * AWS CloudTrail: one object an API call or sign-in, told by `eventVersion` and `eventName`. Files of several are
 * `envelope/records.ts`. Source: AWS CloudTrail user guide, "Record contents"; Elastic's field reference.
 */
export const awsCloudtrail = mapped({
  name: 'aws.cloudtrail',
  aliases: ['cloudtrail', 'aws-cloudtrail'],
  dataset: 'aws.cloudtrail',
  sniff: (json) =>
    ('eventVersion' in json && ('eventName' in json || 'insightDetails' in json)) ||
    ('digestS3Object' in json && 'awsAccountId' in json),
  time: ['eventTime', 'digestEndTime'],
  rows: ROWS,
  own: (key) => {
    if (key.startsWith(IDENTITY))
      return `aws.cloudtrail.user_identity.${snakes(key.slice(IDENTITY.length).replace('.attributes.', '.'))}`;
    return OPEN.test(key) ? `aws.cloudtrail.${key}` : `aws.cloudtrail.${snakes(key)}`;
  },
  renamed: RENAMED,
  meaning: (raw) => {
    const action = stringOf(raw, 'eventName');
    const { category, type } = CALLS.get(action ?? '') ?? INFO;
    return { category, type, action, outcome: outcomeOf(raw) };
  },
  finish,
  finishes: (name) => name.startsWith('aws.cloudtrail.console_login.'),
});

function snakes(key: string): string {
  return key.split('.').map(snake).join('.');
}

function outcomeOf(raw: Fields): string {
  const login = stringOf(raw, [
    'responseElements.ConsoleLogin',
    'responseElements.SwitchRole',
    'responseElements.CheckMfa',
  ]);
  const failed = stringOf(raw, ['errorCode', 'errorMessage']) !== undefined || login === 'Failure';
  return failed ? 'failure' : 'success';
}

function finish(fields: Fields, raw: Fields): void {
  const version = /^TLSv(\d(?:\.\d)?)$/.exec(stringOf(raw, 'tlsDetails.tlsVersion') ?? '');
  if (version !== null) {
    fields['tls.version'] = version[1];
    fields['tls.version_protocol'] = 'tls';
  }
  if (stringOf(raw, 'previousDigestHashAlgorithm') === 'SHA-256')
    fields['file.hash.sha256'] = stringOf(raw, 'previousDigestSignature');
  const name = stringOf(raw, 'eventName');
  if (name === 'ConsoleLogin') setConsole(fields, raw);
  if (name === 'UserAuthentication') fields['user.name'] ??= stringOf(raw, 'additionalEventData.UserName');
}

/** What a sign-in to the console tells besides. */
function setConsole(fields: Fields, raw: Fields): void {
  const told = 'aws.cloudtrail.console_login.additional_eventdata.';
  const mobile = stringOf(raw, 'additionalEventData.MobileVersion');
  const mfa = stringOf(raw, 'additionalEventData.MFAUsed');
  if (mobile !== undefined) fields[`${told}mobile_version`] = mobile !== 'No';
  if (mfa !== undefined) fields[`${told}mfa_used`] = mfa !== 'No';
  fields[`${told}login_to`] = stringOf(raw, 'additionalEventData.LoginTo');
}
