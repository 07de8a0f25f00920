/**
 * Rules on cloud and identity services by the JSON paths the services document, on raw records that the formats read.
 *
 * Sources: AWS CloudTrail record contents, Okta System Log API, Google Cloud LogEntry and AuditLog, Azure Monitor's
 * diagnostic log schemas, GitHub's audit log, Microsoft 365's management activity API.
 */
import { expect, test } from 'vitest';
import { createDetector } from '../../../src/detect/compile.js';
import type { EcsEvent } from '../../../src/event/index.js';
import { createNormaliser } from '../../../src/normalise/normaliser.js';
import { load, type Json } from './harness.js';

const CLOUDTRAIL = {
  eventVersion: '1.08',
  eventTime: '2026-03-10T00:00:00Z',
  awsRegion: 'eu-west-1',
  eventSource: 'iam.amazonaws.com',
  eventName: 'CreateUser',
  userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { type: 'Role' } } },
  requestParameters: { userName: 'bob', tags: [{ key: 'k1' }] },
};
const OKTA = {
  eventType: 'user.session.start',
  published: '2026-03-10T00:00:00Z',
  uuid: 'u',
  version: '0',
  severity: 'INFO',
  actor: { alternateId: 'bob@example.org' },
  outcome: { result: 'FAILURE' },
  debugContext: { debugData: { requestUri: '/admin/login' } },
  securityContext: { isProxy: true },
  legacyEventType: 'core.user_auth.login_failed',
};
const GCP = {
  protoPayload: {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    methodName: 'v1.delete',
    serviceName: 'accesscontextmanager.googleapis.com',
    authorizationInfo: [{ permission: 'policies.delete', granted: true }],
    metadata: { event: { eventName: 'login_failure' } },
  },
  logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity',
  timestamp: '2026-03-10T00:00:00Z',
};
const ENTRA_AUDIT = {
  time: '2026-03-10T00:00:00Z',
  resourceId: '/tenants/x/providers/Microsoft.aadiam',
  operationName: 'Add user',
  category: 'AuditLogs',
  properties: {
    id: '1',
    category: 'UserManagement',
    result: 'success',
    loggedByService: 'Core Directory',
    targetResources: [{ type: 'User', modifiedProperties: [{ displayName: 'Role', newValue: 'admin' }] }],
  },
};
const ENTRA_SIGNIN = {
  time: '2026-03-10T00:00:00Z',
  resourceId: '/tenants/x/providers/Microsoft.aadiam',
  operationName: 'Sign-in activity',
  category: 'SignInLogs',
  resultType: '50053',
  resultDescription: 'Blocked by policy',
  properties: {
    id: '1',
    authenticationRequirement: 'singleFactorAuthentication',
    deviceDetail: { trustType: 'Hybrid' },
  },
};

test.each<[string, string, Json, boolean]>([
  ['{product: aws, service: cloudtrail}', '{eventName: CreateUser, requestParameters.userName: BOB}', CLOUDTRAIL, true],
  ['{product: aws, service: cloudtrail}', '{requestParameters|contains: k1}', CLOUDTRAIL, true],
  ['{product: aws, service: cloudtrail}', '{requestParameters.tags.key: k1}', CLOUDTRAIL, true],
  ['{product: aws, service: cloudtrail}', '{userIdentity.sessionContext.sessionIssuer.type: role}', CLOUDTRAIL, true],
  ['{product: aws, service: cloudtrail}', '{userIdentity.type: Root}', CLOUDTRAIL, false],
  ['{product: okta, service: okta}', '{debugContext.debugData.requestUri|contains: admin}', OKTA, true],
  ['{product: okta, service: okta}', "{securityContext.isProxy: 'true', outcome.result: failure}", OKTA, true],
  ['{product: okta, service: okta}', '{legacyEventType: core.user_auth.login_failed}', OKTA, true],
  ['{product: okta}', '{actor.alternateId|endswith: example.com}', OKTA, false],
  [
    '{product: gcp, service: gcp.audit}',
    '{data.protoPayload.authorizationInfo.permission: policies.delete}',
    GCP,
    true,
  ],
  ['{product: gcp, service: gcp.audit}', "{data.protoPayload.authorizationInfo.granted: 'true'}", GCP, true],
  ['{product: gcp, service: gcp.audit}', '{protoPayload.metadata.event.eventName: login_failure}', GCP, true],
  ['{product: gcp, service: gcp.audit}', '{gcp.audit.method_name|endswith: .delete}', GCP, true],
  ['{product: azure, service: auditlogs}', '{Category: UserManagement, OperationName: Add user}', ENTRA_AUDIT, true],
  ['{product: azure, service: auditlogs}', '{LoggedByService: Core Directory, Status: Success}', ENTRA_AUDIT, true],
  ['{product: azure, service: auditlogs}', '{TargetResources.ModifiedProperties.NewValue: admin}', ENTRA_AUDIT, true],
  ['{product: azure, service: auditlogs}', '{properties.message: Add user}', ENTRA_AUDIT, true],
  ['{product: azure, service: signinlogs}', '{ResultType: 50053}', ENTRA_SIGNIN, true],
  ['{product: azure, service: signinlogs}', '{ResultDescription|contains: Blocked}', ENTRA_SIGNIN, true],
  [
    '{product: azure, service: signinlogs}',
    '{AuthenticationRequirement: singleFactorAuthentication}',
    ENTRA_SIGNIN,
    true,
  ],
  ['{product: azure, service: signinlogs}', '{DeviceDetail.trusttype: Hybrid}', ENTRA_SIGNIN, true],
  ['{product: azure, service: auditlogs}', '{OperationName: Sign-in activity}', ENTRA_SIGNIN, false],
])('%s %s', (logsource, fields, json, expected) => {
  const ruleSet = load(
    `title: C\nid: c\nlevel: low\nlogsource: ${logsource}\ndetection: {s: ${fields}, condition: s}\n`,
    {
      mapping: true,
    },
  );
  const events: EcsEvent[] = [];
  const source = { id: 'cloud', label: 'cloud', settings: { timezone: 'UTC' } };
  const record = { text: JSON.stringify(json), offset: 0, receiveTime: 0, bytes: undefined };
  createNormaliser({ derive: 'all' }).normalise(source, record, events);
  expect(events.some((event) => createDetector(ruleSet).match(event).length > 0)).toBe(expected);
});
