import type { Fields } from '../../event/index.js';
import { ip, snake, stringOf, text } from '../raw.js';
import { type JsonMeaning, mapped, type Row } from './mapped.js';

const IDENTITY = 'userIdentity.';
const ISSUER = `${IDENTITY}sessionContext.sessionIssuer.`;

const ROWS: readonly Row[] = [
  ['event.provider', 'eventSource'],
  ['event.id', 'eventID'],
  ['cloud.account.id', ['recipientAccountId', `${IDENTITY}accountId`], text],
  ['cloud.region', 'awsRegion'],
  ['source.address', 'sourceIPAddress'],
  ['source.ip', 'sourceIPAddress', ip],
  ['user.name', [`${IDENTITY}userName`, `${ISSUER}userName`, `${IDENTITY}onBehalfOf.userId`]],
  ['user.id', [`${IDENTITY}principalId`, `${ISSUER}principalId`]],
  ['user_agent.original', 'userAgent'],
  ['group.name', 'requestParameters.groupName', text],
  ['group.id', 'responseElements.group.groupId', text],
  ['error.message', 'errorMessage', text],
  ['tls.cipher', 'tlsDetails.cipherSuite'],
  ['tls.client.server_name', 'tlsDetails.clientProvidedHostHeader'],
];

const row = (category: string, ...type: readonly string[]): JsonMeaning => ({ category: [category], type });
const USER_CHANGE = row('iam', 'user', 'change');
const GROUP_CHANGE = row('iam', 'group', 'change');
const USER_INFO = row('iam', 'user', 'info');
const GROUP_INFO = row('iam', 'group', 'info');

/** Calls of identity and sign-in by name. Source: AWS IAM API reference; ECS's allowed values. */
const CALLS: ReadonlyMap<string, JsonMeaning> = new Map<string, JsonMeaning>([
  ['ConsoleLogin', row('authentication', 'info')],
  ['CheckMfa', row('authentication', 'info')],
  ['SwitchRole', row('authentication', 'info')],
  ['CreateUser', row('iam', 'user', 'creation')],
  ['CreateGroup', row('iam', 'group', 'creation')],
  ['DeleteUser', row('iam', 'user', 'deletion')],
  ['DeleteGroup', row('iam', 'group', 'deletion')],
  ['CreateBucket', row('file', 'creation')],
  ['DeleteBucket', row('file', 'deletion')],
  ...'AddUserToGroup RemoveUserFromGroup AttachGroupPolicy DetachGroupPolicy DeleteGroupPolicy PutGroupPolicy UpdateGroup'
    .split(' ')
    .map((name) => [name, GROUP_CHANGE] as const),
  ...'GetGroup GetGroupPolicy ListGroups ListGroupPolicies ListAttachedGroupPolicies'
    .split(' ')
    .map((name) => [name, GROUP_INFO] as const),
  ...'GetUser GetUserPolicy ListUsers ListUserPolicies ListAccessKeys ListGroupsForUser ListMFADevices ListSSHPublicKeys'
    .split(' ')
    .map((name) => [name, USER_INFO] as const),
  ...'AttachUserPolicy ChangePassword CreateAccessKey CreateVirtualMFADevice DeactivateMFADevice DeleteAccessKey DeleteSSHPublicKey'
    .split(' ')
    .map((name) => [name, USER_CHANGE] as const),
  ...'DeleteUserPermissionsBoundary DeleteUserPolicy DeleteVirtualMFADevice DetachUserPolicy EnableMFADevice PutUserPermissionsBoundary'
    .split(' ')
    .map((name) => [name, USER_CHANGE] as const),
  ...'PutUserPolicy ResyncMFADevice UpdateAccessKey UpdateLoginProfile UpdateSSHPublicKey UpdateUser UploadSSHPublicKey CreateLoginProfile'
    .split(' ')
    .map((name) => [name, USER_CHANGE] as const),
]);

/** Objects whose keys are the API's own, not CloudTrail's: kept as they are written. */
const OPEN = /^(requestParameters|responseElements|additionalEventData|serviceEventDetails)(?:\.|$)/;
const INFO: JsonMeaning = { type: ['info'] };

/**
 * AWS CloudTrail: one object an API call or sign-in, told by `eventVersion` and `eventName`. Files of several are
 * `envelope/records.ts`. Source: AWS CloudTrail user guide, "Record contents"; Elastic's field reference.
 */
export const awsCloudtrail = mapped({
  name: 'aws.cloudtrail',
  aliases: ['cloudtrail', 'aws-cloudtrail'],
  dataset: 'aws.cloudtrail',
  sniff: (json) => 'eventVersion' in json && 'eventName' in json && ('userIdentity' in json || 'awsRegion' in json),
  time: ['eventTime'],
  rows: ROWS,
  own: (key) => {
    if (key.startsWith(IDENTITY)) return `aws.cloudtrail.user_identity.${snakes(key.slice(IDENTITY.length))}`;
    return OPEN.test(key) ? `aws.cloudtrail.${key}` : `aws.cloudtrail.${snakes(key)}`;
  },
  meaning: (raw) => {
    const action = stringOf(raw, 'eventName');
    return { ...(CALLS.get(action ?? '') ?? INFO), action, outcome: outcomeOf(raw) };
  },
  finish,
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
  fields['cloud.provider'] = 'aws';
  const version = /^TLSv(\d\.\d)$/.exec(stringOf(raw, 'tlsDetails.tlsVersion') ?? '');
  if (version !== null) {
    fields['tls.version'] = version[1];
    fields['tls.version_protocol'] = 'tls';
  }
  const target = stringOf(raw, ['requestParameters.userName', 'responseElements.user.userName']);
  if (target !== undefined && (fields['event.category'] as readonly string[] | undefined)?.[0] === 'iam')
    fields['user.target.name'] = target;
  const renamed = stringOf(raw, 'requestParameters.newUserName');
  if (renamed !== undefined) fields['user.changes.name'] = renamed;
}
