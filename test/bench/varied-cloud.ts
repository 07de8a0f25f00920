import type { LogKind } from './log-kinds.js';
import { cloudtrail } from './varied-aws.js';
import { type Chance, type Doc, varied } from './varied.js';

/** Cloud audit logs with the variety of a real account's. Shapes: AWS, Okta and Kubernetes documentation of their records. */
export const VARIED_CLOUD: readonly LogKind[] = [
  varied('cloudtrail', 'aws.cloudtrail', cloudtrail),
  varied('okta', 'okta', okta),
  varied('kubernetes audit', 'kubernetes.audit', kubernetes),
];

const OKTA_EVENTS = [
  'user.session.start',
  'user.authentication.sso',
  'user.authentication.auth_via_mfa',
  'policy.evaluate_sign_on',
  'group.user_membership.add',
  'user.account.lock',
  'app.oauth2.token.grant.access_token',
];

function okta(chance: Chance): Doc {
  const eventType = chance.pick(OKTA_EVENTS);
  const target = (type: string): Doc => ({
    id: '00u«n»',
    type,
    alternateId: '«user»@example.com',
    displayName: 'User «n»',
    detailEntry:
      chance.maybe(0.4, { methodTypeUsed: 'Password', methodUsedVerifiedProperties: '[USER_PRESENCE]' }) ?? null,
  });
  const isFound = chance.chance(0.8);
  return {
    actor: {
      id: '00u«n»',
      type: 'User',
      alternateId: '«user»@example.com',
      displayName: 'User «n»',
      detailEntry: null,
    },
    client: {
      userAgent: chance.maybe(0.9, { rawUserAgent: 'Mozilla/5.0', os: 'Mac OS X', browser: 'CHROME' }) ?? null,
      zone: 'null',
      device: chance.pick(['Computer', 'Mobile', null]),
      id: null,
      ipAddress: '«ip»',
      geographicalContext: isFound
        ? {
            city: 'Frankfurt',
            state: 'Hesse',
            country: 'Germany',
            postalCode: '60313',
            geolocation: { lat: 50.1, lon: 8.6 },
          }
        : null,
    },
    device: chance.maybe(0.2, { id: 'guo«n»', name: 'mac', os_platform: 'OSX', managed: false }) ?? null,
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      interface: null,
      authenticationStep: 0,
      rootSessionId: chance.maybe(0.5, 'r«n»'),
      externalSessionId: 'ext«n»',
    },
    displayMessage: 'User event',
    eventType,
    outcome: {
      result: chance.pick(['SUCCESS', 'SUCCESS', 'FAILURE']),
      reason: chance.maybe(0.3, 'INVALID_CREDENTIALS') ?? null,
    },
    published: '«stamp».000Z',
    securityContext: isFound
      ? { asNumber: 3320, asOrg: 'example', isp: 'example', domain: 'example.net', isProxy: false }
      : { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null },
    severity: 'INFO',
    debugContext: {
      debugData: {
        ...chance.some(0.6, {
          deviceFingerprint: 'f«n»',
          threatSuspected: 'false',
          risk: '{level=LOW}',
          behaviors: '{New Device=NEGATIVE}',
          dtHash: 'h«n»',
        }),
        requestId: 'q«n»',
        requestUri: '/api/v1/authn',
        url: '/api/v1/authn?',
        ...chance.some(0.4, {
          factor: 'OKTA_VERIFY_PUSH',
          logOnlySecurityData: '{}',
          origin: 'https://example.okta.com',
        }),
      },
    },
    legacyEventType: chance.maybe(0.8, 'core.user_auth.login_success') ?? null,
    transaction: { type: 'WEB', id: 't«n»', detail: chance.maybe(0.1, { requestApiTokenId: '00T«n»' }) ?? {} },
    uuid: 'u-«n»',
    version: '0',
    request: {
      ipChain: Array.from({ length: chance.int(1, 2) }, () => ({
        ip: '«ip»',
        geographicalContext: null,
        version: 'V4',
        source: null,
      })),
    },
    target: chance.pick([
      null,
      [target('User')],
      [target('AppInstance')],
      [target('AppUser'), target('AppInstance')],
      [target('User'), target('UserGroup'), target('Rule')],
    ]),
  };
}

function kubernetes(chance: Chance): Doc {
  const verb = chance.pick(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']);
  const resource = chance.pick(['pods', 'secrets', 'configmaps', 'leases', 'rolebindings']);
  const isRefused = chance.chance(0.05);
  const isPerson = chance.chance(0.3);
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: 'a-«n»',
    stage: chance.pick(['RequestReceived', 'ResponseComplete', 'ResponseComplete']),
    requestURI: `/api/v1/namespaces/default/${resource}/«n»`,
    verb,
    user: {
      username: isPerson ? '«user»' : 'system:serviceaccount:kube-system:c',
      uid: chance.maybe(0.6, 'u-«n»'),
      groups: isPerson ? ['system:masters', 'system:authenticated'] : ['system:serviceaccounts'],
      extra: chance.maybe(0.4, {
        'authentication.kubernetes.io/pod-name': ['p-«n»'],
        'authentication.kubernetes.io/pod-uid': ['u-«n»'],
      }),
    },
    impersonatedUser: chance.maybe(0.03, { username: 'admin', groups: ['system:masters'] }),
    sourceIPs: chance.maybe(0.2, ['«ip»', '10.0.0.1']) ?? ['«ip»'],
    userAgent: chance.pick(['kubectl/v1.29.0', 'kube-controller-manager/v1.29.0']),
    objectRef: {
      resource,
      namespace: chance.maybe(0.8, 'default'),
      name: chance.maybe(0.7, 'o-«n»'),
      uid: chance.maybe(0.3, 'o-«n»'),
      apiGroup: chance.maybe(0.4, 'rbac.authorization.k8s.io'),
      apiVersion: 'v1',
      resourceVersion: chance.maybe(0.3, '1«n»'),
      subresource: chance.maybe(0.15, 'exec'),
    },
    responseStatus: isRefused
      ? { metadata: {}, status: 'Failure', message: 'forbidden', reason: 'Forbidden', code: 403 }
      : { metadata: {}, code: 200 },
    requestReceivedTimestamp: '«stamp».123456Z',
    stageTimestamp: '«stamp».133456Z',
    annotations: chance.maybe(0.8, {
      'authorization.k8s.io/decision': isRefused ? 'forbid' : 'allow',
      'authorization.k8s.io/reason': '',
      ...chance.some(0.1, { 'pod-security.kubernetes.io/enforce-policy': 'privileged:latest' }),
    }),
  };
}
