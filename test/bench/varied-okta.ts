import type { Chance, Doc } from './varied.js';

const PLACE: Doc = {
  city: 'Frankfurt',
  state: 'Hesse',
  country: 'Germany',
  postalCode: '60313',
  geolocation: { lat: 50.1, lon: 8.6 },
};

function party(type: string, detailEntry: Doc | null = null): Doc {
  return { id: '00u«n»', type, alternateId: '«user»@example.com', displayName: 'User «n»', detailEntry };
}

const DEVICE: Doc = {
  authnRequestId: 'a«n»',
  deviceFingerprint: 'f«n»',
  dtHash: 'h«n»',
  logOnlySecurityData: '{"risk":{"level":"LOW"}}',
  requestId: 'q«n»',
  requestUri: '/idp/idx/identify',
  risk: '{level=LOW}',
  threatSuspected: 'false',
  url: '/idp/idx/identify?',
};
const PLAIN: Doc = { requestId: 'q«n»', requestUri: '/api/v1/groups', url: '/api/v1/groups?' };

/** Event types: how often, who acts, what it is done to, and what is noted for the support. */
const EVENTS: readonly (readonly [
  weight: number,
  [eventType: string, actor: string, target: readonly Doc[] | null, debugData: Doc],
])[] = [
  [
    25,
    [
      'user.authentication.sso',
      'User',
      [party('AppInstance'), party('AppUser')],
      { ...DEVICE, initiationType: 'IDP_INITIATED' },
    ],
  ],
  [
    10,
    [
      'user.authentication.sso',
      'User',
      [party('AppInstance'), party('AppUser')],
      { ...DEVICE, audience: 'https://app.example.com', signOnMode: 'SAML 2.0' },
    ],
  ],
  [15, ['user.session.start', 'User', null, DEVICE]],
  [
    15,
    [
      'policy.evaluate_sign_on',
      'User',
      [party('PolicyEntity', { policyType: 'OktaSignOn' }), party('PolicyRule')],
      { ...DEVICE, behaviors: '{New Device=NEGATIVE}' },
    ],
  ],
  [
    12,
    [
      'user.authentication.auth_via_mfa',
      'User',
      [party('User', { methodTypeUsed: 'Push', methodUsedVerifiedProperties: '[USER_PRESENCE]' })],
      { ...DEVICE, factor: 'OKTA_VERIFY_PUSH' },
    ],
  ],
  [
    10,
    [
      'app.oauth2.token.grant.access_token',
      'PublicClientApp',
      [party('access_token', { expires: '«stamp»Z', subject: '00u«n»' })],
      { ...PLAIN, grantType: 'client_credentials', grantedScopes: 'okta.logs.read' },
    ],
  ],
  [5, ['user.authentication.verify', 'User', null, DEVICE]],
  [4, ['group.user_membership.add', 'User', [party('User'), party('UserGroup')], PLAIN]],
  [2, ['user.account.lock', 'User', [party('User')], PLAIN]],
  [
    1,
    ['user.account.update_profile', 'SystemPrincipal', [party('User')], { ...PLAIN, changedAttributes: 'mobilePhone' }],
  ],
];

/**
 * An event of Okta's System Log: ten kinds of events, from a browser or, where no person acts, from a program, one of ten
 * refused. Shapes: Okta developer documentation, "System Log API", LogEvent. How often each comes is ours.
 */
export function okta(chance: Chance): Doc {
  const [eventType, actor, target, debugData] = chance.among(EVENTS);
  const isPerson = actor === 'User';
  const isRefused = isPerson && chance.chance(0.1);
  return {
    actor: party(actor),
    client: {
      userAgent: isPerson
        ? { rawUserAgent: 'Mozilla/5.0', os: 'Mac OS X', browser: 'CHROME' }
        : { rawUserAgent: 'okta-sdk-python/2.9', os: 'Unknown', browser: 'UNKNOWN' },
      zone: 'null',
      device: isPerson ? 'Computer' : 'Unknown',
      id: null,
      ipAddress: '«ip»',
      geographicalContext: PLACE,
    },
    device: eventType.endsWith('mfa') ? { id: 'guo«n»', name: 'mac', os_platform: 'OSX', managed: false } : null,
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      interface: null,
      authenticationStep: 0,
      rootSessionId: 'r«n»',
      externalSessionId: 'ext«n»',
    },
    displayMessage: 'User event',
    eventType,
    outcome: { result: isRefused ? 'FAILURE' : 'SUCCESS', reason: isRefused ? 'INVALID_CREDENTIALS' : null },
    published: '«stamp».000Z',
    securityContext: { asNumber: 3320, asOrg: 'example', isp: 'example', domain: 'example.net', isProxy: false },
    severity: 'INFO',
    debugContext: { debugData },
    legacyEventType: eventType.startsWith('user') ? 'core.user_auth.login_success' : null,
    transaction: { type: 'WEB', id: 't«n»', detail: isPerson ? {} : { requestApiTokenId: '00T«n»' } },
    uuid: 'u-«n»',
    version: '0',
    request: {
      ipChain: Array.from({ length: chance.chance(0.2) ? 2 : 1 }, () => ({
        ip: '«ip»',
        geographicalContext: PLACE,
        version: 'V4',
        source: null,
      })),
    },
    target,
  };
}
