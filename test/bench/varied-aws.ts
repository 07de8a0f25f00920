import type { Chance, Doc } from './varied.js';

const ACCOUNT = '123456789012';
const SESSION = { creationDate: '«stamp»Z', mfaAuthenticated: 'false' };

function arn(path: string): string {
  return `arn:aws:iam::${ACCOUNT}:${path}`;
}

function role(name: string, more: Doc = {}): Doc {
  return {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:s«n»',
    arn: arn(`assumed-role/${name}/s«n»`),
    accountId: ACCOUNT,
    accessKeyId: 'ASIAEXAMPLE«n»',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: 'AROAEXAMPLE',
        arn: arn(`role/${name}`),
        accountId: ACCOUNT,
        userName: name,
      },
      attributes: SESSION,
      ...more,
    },
  };
}

function user(more: Doc): Doc {
  return { type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: arn('user/«user»'), accountId: ACCOUNT, ...more };
}

/** Who calls, and by what: a machine's role, a pipeline's, a person at the console, one with keys, a service. */
const CALLERS = {
  machine: [
    role('web', { ec2RoleDelivery: '2.0' }),
    'Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux#6.1 lang/python#3.11',
  ],
  deploy: [role('deploy'), 'Terraform/1.7.0 (+https://www.terraform.io) terraform-provider-aws/5.31.0'],
  person: [
    user({ accessKeyId: 'ASIAEXAMPLE«n»', userName: '«user»', sessionContext: { attributes: SESSION } }),
    'Mozilla/5.0',
  ],
  keys: [
    user({ accessKeyId: 'AKIAEXAMPLE«n»', userName: '«user»' }),
    'aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64',
  ],
  visitor: [user({ userName: '«user»' }), 'Mozilla/5.0'],
  service: [{ type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, 'ec2.amazonaws.com'],
} as const;

/** Calls: how often, service, name, who makes them, request, answer. */
const CALLS: readonly (readonly [
  weight: number,
  [service: string, name: string, callers: readonly (keyof typeof CALLERS)[], request: Doc | null, answer?: Doc],
])[] = [
  [20, ['s3', 'GetObject', ['machine'], { bucketName: 'logs', key: 'a/«n».gz', Host: 'logs.s3.amazonaws.com' }]],
  [
    12,
    [
      's3',
      'PutObject',
      ['machine'],
      { bucketName: 'data', Host: 'data.s3.amazonaws.com', key: 'in/«n»' },
      { 'x-amz-server-side-encryption': 'AES256' },
    ],
  ],
  [
    14,
    [
      'sts',
      'AssumeRole',
      ['service', 'deploy'],
      { roleArn: arn('role/deploy'), roleSessionName: 's«n»' },
      {
        credentials: { accessKeyId: 'ASIAEXAMPLE«n»', sessionToken: 't«n»', expiration: 'Mar 10, 2026 1:00:00 PM' },
        assumedRoleUser: { assumedRoleId: 'AROAEXAMPLE:s«n»', arn: arn('assumed-role/deploy/s«n»') },
      },
    ],
  ],
  [
    10,
    [
      'kms',
      'Decrypt',
      ['machine'],
      { encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::data' }, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
    ],
  ],
  [9, ['ec2', 'DescribeInstances', ['deploy', 'person'], { maxResults: 1000, instancesSet: {}, filterSet: {} }]],
  [6, ['logs', 'CreateLogStream', ['machine'], { logGroupName: '/aws/lambda/f', logStreamName: '2026/«n»' }]],
  [6, ['dynamodb', 'GetItem', ['machine'], { tableName: 'orders', key: { id: 'HIDDEN' }, consistentRead: false }]],
  [5, ['sts', 'GetCallerIdentity', ['deploy', 'keys'], null]],
  [4, ['lambda', 'Invoke', ['machine'], { functionName: 'f', invocationType: 'Event' }]],
  [3, ['s3', 'ListBuckets', ['person', 'keys'], { Host: 's3.amazonaws.com' }]],
  [3, ['iam', 'ListRoles', ['deploy', 'person'], { maxItems: 1000 }]],
  [
    1,
    [
      'ec2',
      'RunInstances',
      ['deploy', 'person'],
      {
        instancesSet: { items: [{ imageId: 'ami-«n»', minCount: 1, maxCount: 1 }] },
        instanceType: 't3.micro',
        monitoring: { enabled: false },
      },
      {
        requestId: 'r-«n»',
        reservationId: 'r-«n»',
        ownerId: ACCOUNT,
        instancesSet: {
          items: [{ instanceId: 'i-«n»', instanceState: { code: 0, name: 'pending' }, privateIpAddress: '10.0.0.«n»' }],
        },
      },
    ],
  ],
  [
    1,
    [
      'ec2',
      'AuthorizeSecurityGroupIngress',
      ['deploy', 'person'],
      {
        groupId: 'sg-«n»',
        ipPermissions: {
          items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }],
        },
      },
      { requestId: 'r-«n»', _return: true },
    ],
  ],
  [
    0.5,
    [
      'iam',
      'CreateUser',
      ['person'],
      { userName: '«user»' },
      { user: { path: '/', userName: '«user»', userId: 'AIDAEXAMPLE«n»', arn: arn('user/«user»') } },
    ],
  ],
  [
    0.5,
    [
      'iam',
      'AttachUserPolicy',
      ['deploy', 'person'],
      { userName: '«user»', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    ],
  ],
  [1, ['signin', 'ConsoleLogin', ['visitor'], null, { ConsoleLogin: 'Success' }]],
];

const S3_DATA: Doc = {
  SignatureVersion: 'SigV4',
  CipherSuite: 'TLS_AES_128_GCM_SHA256',
  bytesTransferredIn: 0,
  AuthenticationMethod: 'AuthHeader',
  'x-amz-id-2': 'i«n»',
  bytesTransferredOut: '#1«n»',
};

/**
 * A call of AWS as CloudTrail records it: sixteen calls, each by the one or two kinds of callers that make it, one of
 * twenty refused. Shapes: AWS CloudTrail user guide, "Record contents" and "userIdentity element". How often each comes is ours.
 */
export function cloudtrail(chance: Chance): Doc {
  const [service, name, callers, request, answer] = chance.among(CALLS);
  const [userIdentity, userAgent] = CALLERS[chance.pick(callers)];
  const isRefused = chance.chance(0.05);
  const isObject = name.endsWith('Object');
  const isLogin = name === 'ConsoleLogin';
  return {
    eventVersion: '1.09',
    userIdentity,
    eventTime: '«stamp»Z',
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    awsRegion: chance.pick(['us-east-1', 'eu-central-1']),
    sourceIPAddress: '«ip»',
    userAgent,
    errorCode: isRefused ? 'AccessDenied' : undefined,
    errorMessage: isRefused ? 'User is not authorized to perform this action' : undefined,
    requestParameters: request,
    responseElements: isRefused ? null : (answer ?? null),
    additionalEventData: isObject ? S3_DATA : isLogin ? { MobileVersion: 'No', MFAUsed: 'No' } : undefined,
    requestID: isLogin ? undefined : 'r«n»',
    eventID: 'e-«n»',
    readOnly: /^(Get|List|Describe|Decrypt)/.test(name),
    resources:
      isObject || service === 'kms'
        ? [{ accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::data' }]
        : undefined,
    eventType: isLogin ? 'AwsConsoleSignIn' : 'AwsApiCall',
    managementEvent: !isObject,
    recipientAccountId: ACCOUNT,
    vpcEndpointId: isObject ? 'vpce-«n»' : undefined,
    eventCategory: isObject ? 'Data' : 'Management',
    tlsDetails:
      userIdentity.type === 'AWSService'
        ? undefined
        : {
            tlsVersion: 'TLSv1.3',
            cipherSuite: 'TLS_AES_128_GCM_SHA256',
            clientProvidedHostHeader: `${service}.us-east-1.amazonaws.com`,
          },
    sessionCredentialFromConsole: CALLERS.person[0] === userIdentity ? 'true' : undefined,
  };
}
