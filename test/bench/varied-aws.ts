import type { Chance, Doc } from './varied.js';

const AGENTS = [
  'aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64',
  'console.amazonaws.com',
  'Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux#6.1 lang/python#3.11',
  'Terraform/1.7.0 (+https://www.terraform.io) terraform-provider-aws/5.31.0',
];
const ACCOUNT = '123456789012';

/** Calls: service, name, request, answer. */
const CALLS: readonly (readonly [
  service: string,
  name: string,
  request: (chance: Chance) => Doc | null,
  answer: Doc | null,
])[] = [
  [
    's3',
    'GetObject',
    ({ some }) => ({
      bucketName: 'logs',
      key: 'a/«n».gz',
      ...some(0.5, { Host: 's3.amazonaws.com', 'x-id': 'GetObject', versionId: 'v«n»' }),
    }),
    null,
  ],
  [
    's3',
    'PutObject',
    ({ some }) => ({
      bucketName: 'data',
      key: 'in/«n»',
      ...some(0.4, { 'x-amz-acl': 'private', 'x-amz-storage-class': 'STANDARD', tagging: '' }),
    }),
    { 'x-amz-server-side-encryption': 'AES256' },
  ],
  ['s3', 'ListBuckets', () => ({ Host: 's3.amazonaws.com' }), null],
  [
    'sts',
    'AssumeRole',
    ({ maybe }) => ({
      roleArn: `arn:aws:iam::${ACCOUNT}:role/deploy`,
      roleSessionName: 's«n»',
      durationSeconds: maybe(0.5, 3600),
      externalId: maybe(0.2, 'x«n»'),
    }),
    {
      credentials: { accessKeyId: 'ASIAEXAMPLE«n»', sessionToken: 't«n»', expiration: 'Mar 10, 2026 1:00:00 PM' },
      assumedRoleUser: { assumedRoleId: 'AROAEXAMPLE:s«n»', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/s«n»` },
    },
  ],
  ['sts', 'GetCallerIdentity', () => null, null],
  [
    'kms',
    'Decrypt',
    ({ maybe }) => ({
      encryptionContext: maybe(0.6, { 'aws:s3:arn': 'arn:aws:s3:::data' }),
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    }),
    null,
  ],
  [
    'ec2',
    'DescribeInstances',
    ({ maybe }) => ({
      maxResults: maybe(0.5, 1000),
      instancesSet: maybe(0.3, { items: [{ instanceId: 'i-«n»' }] }) ?? {},
      filterSet: maybe(0.5, { items: [{ name: 'vpc-id', valueSet: { items: [{ value: 'vpc-1' }] } }] }) ?? {},
    }),
    null,
  ],
  [
    'ec2',
    'RunInstances',
    ({ maybe }) => ({
      instancesSet: { items: [{ imageId: 'ami-«n»', minCount: 1, maxCount: 1 }] },
      instanceType: 't3.micro',
      monitoring: { enabled: false },
      userData: maybe(0.4, '<sensitiveDataRemoved>'),
    }),
    {
      requestId: 'r-«n»',
      reservationId: 'r-«n»',
      ownerId: ACCOUNT,
      instancesSet: {
        items: [{ instanceId: 'i-«n»', instanceState: { code: 0, name: 'pending' }, privateIpAddress: '10.0.0.«n»' }],
      },
    },
  ],
  [
    'ec2',
    'AuthorizeSecurityGroupIngress',
    () => ({
      groupId: 'sg-«n»',
      ipPermissions: {
        items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }],
      },
    }),
    { requestId: 'r-«n»', _return: true },
  ],
  [
    'iam',
    'CreateUser',
    () => ({ userName: '«user»' }),
    {
      user: {
        path: '/',
        userName: '«user»',
        userId: 'AIDAEXAMPLE«n»',
        arn: `arn:aws:iam::${ACCOUNT}:user/«user»`,
        createDate: 'Mar 10, 2026 1:00:00 PM',
      },
    },
  ],
  [
    'iam',
    'AttachUserPolicy',
    () => ({ userName: '«user»', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
    null,
  ],
  ['iam', 'ListRoles', ({ maybe }) => maybe(0.5, { maxItems: 1000 }) ?? null, null],
  ['logs', 'CreateLogStream', () => ({ logGroupName: '/aws/lambda/f', logStreamName: '2026/«n»' }), null],
  ['dynamodb', 'GetItem', () => ({ tableName: 'orders', key: { id: 'HIDDEN' }, consistentRead: false }), null],
  ['lambda', 'Invoke', ({ maybe }) => ({ functionName: 'f', invocationType: maybe(0.5, 'Event') }), null],
  ['signin', 'ConsoleLogin', () => null, { ConsoleLogin: 'Success' }],
];

/** A call of AWS as CloudTrail records it: sixteen calls, four kinds of callers, with what each has now and then. */
export function cloudtrail(chance: Chance): Doc {
  // The first calls are most of them.
  const at = Math.floor(CALLS.length * chance.unit() * chance.unit());
  const [service, name, request, answer] = CALLS[at] as (typeof CALLS)[number];
  const isRefused = chance.chance(0.12);
  const isSecure = chance.chance(0.7);
  return {
    eventVersion: chance.pick(['1.08', '1.09']),
    userIdentity: identity(chance),
    eventTime: '«stamp»Z',
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    awsRegion: chance.pick(['us-east-1', 'eu-central-1']),
    sourceIPAddress: '«ip»',
    userAgent: chance.pick(AGENTS),
    errorCode: isRefused ? 'AccessDenied' : undefined,
    errorMessage: isRefused ? 'User is not authorized to perform this action' : undefined,
    requestParameters: request(chance),
    responseElements: isRefused ? null : answer,
    additionalEventData:
      service === 's3'
        ? {
            SignatureVersion: 'SigV4',
            CipherSuite: 'TLS_AES_128_GCM_SHA256',
            bytesTransferredIn: 0,
            AuthenticationMethod: 'AuthHeader',
            'x-amz-id-2': 'i«n»',
            bytesTransferredOut: '#1«n»',
          }
        : chance.maybe(0.1, { MFAUsed: 'No' }),
    requestID: 'r«n»',
    eventID: 'e-«n»',
    readOnly: /^(Get|List|Describe)/.test(name),
    resources: chance.maybe(0.3, [{ accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::data' }]),
    eventType: name === 'ConsoleLogin' ? 'AwsConsoleSignIn' : 'AwsApiCall',
    managementEvent: service !== 's3',
    recipientAccountId: ACCOUNT,
    sharedEventID: chance.maybe(0.05, 's-«n»'),
    vpcEndpointId: chance.maybe(0.1, 'vpce-«n»'),
    eventCategory: service === 's3' ? 'Data' : 'Management',
    tlsDetails: isSecure
      ? {
          tlsVersion: 'TLSv1.3',
          cipherSuite: 'TLS_AES_128_GCM_SHA256',
          clientProvidedHostHeader: `${service}.us-east-1.amazonaws.com`,
        }
      : undefined,
    sessionCredentialFromConsole: chance.maybe(0.1, 'true'),
  };
}

function identity(chance: Chance): Doc {
  const kind = chance.unit();
  const session = { creationDate: '«stamp»Z', mfaAuthenticated: 'false' };
  const arn = (path: string): string => `arn:aws:iam::${ACCOUNT}:${path}`;
  if (kind < 0.25)
    return {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLE',
      arn: arn('user/«user»'),
      accountId: ACCOUNT,
      accessKeyId: chance.maybe(0.8, 'AKIAEXAMPLE«n»'),
      userName: '«user»',
      sessionContext: chance.maybe(0.3, { attributes: session }),
      invokedBy: chance.maybe(0.1, 'cloudformation.amazonaws.com'),
    };
  if (kind < 0.8)
    return {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:s«n»',
      arn: arn('assumed-role/deploy/s«n»'),
      accountId: ACCOUNT,
      accessKeyId: 'ASIAEXAMPLE«n»',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLE',
          arn: arn('role/deploy'),
          accountId: ACCOUNT,
          userName: 'deploy',
        },
        webIdFederationData: chance.maybe(0.4, {}),
        attributes: session,
        ec2RoleDelivery: chance.maybe(0.2, '2.0'),
      },
      invokedBy: chance.maybe(0.1, 'ssm.amazonaws.com'),
    };
  if (kind < 0.95) return { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' };
  return {
    type: 'Root',
    principalId: ACCOUNT,
    arn: arn('root'),
    accountId: ACCOUNT,
    accessKeyId: chance.maybe(0.5, 'ASIAEXAMPLE«n»'),
    sessionContext: chance.maybe(0.5, { attributes: session }),
  };
}
