import { expect, test } from 'vitest';
import type { Logsource } from '../../event/index.js';
import { fieldMapping, fieldPaths } from './taxonomy.js';

test.each<[string, Logsource, readonly string[]]>([
  ['cs-uri-query', { category: 'webserver' }, ['url.original', 'url.query', 'cs-uri-query']],
  ['sc-status', { category: 'proxy' }, ['http.response.status_code', 'sc-status']],
  ['c-ip', { product: 'nginx', service: 'access' }, ['source.ip', 'client.ip', 'c-ip']],
  [
    'Image',
    { product: 'windows', category: 'process_creation' },
    ['process.executable', 'winlog.event_data.Image', 'winlog.user_data.Image', 'Image'],
  ],
  ['Image', { product: 'linux', category: 'process_creation' }, ['process.executable', 'Image']],
  [
    'EventID',
    { product: 'windows', service: 'system' },
    ['event.code', 'winlog.event_id', 'winlog.event_data.EventID', 'winlog.user_data.EventID', 'EventID'],
  ],
  [
    'AccessMask',
    { product: 'windows', service: 'security' },
    ['winlog.event_data.AccessMask', 'winlog.user_data.AccessMask', 'AccessMask'],
  ],
  ['a0', { product: 'linux', service: 'auditd' }, ['auditd.log.a0', 'a0']],
  [
    'eventName',
    { product: 'aws', service: 'cloudtrail' },
    ['event.action', 'aws.cloudtrail.eventName', 'aws.cloudtrail.event_name', 'eventName'],
  ],
  [
    'userIdentity.sessionContext.sessionIssuer.type',
    { product: 'aws', service: 'cloudtrail' },
    [
      'aws.cloudtrail.userIdentity.sessionContext.sessionIssuer.type',
      'aws.cloudtrail.user_identity.session_context.session_issuer.type',
      'userIdentity.sessionContext.sessionIssuer.type',
    ],
  ],
  [
    'data.protoPayload.authorizationInfo.permission',
    { product: 'gcp', service: 'gcp.audit' },
    [
      'gcp.audit.authorizationInfo.permission',
      'gcp.audit.authorization_info.permission',
      'data.protoPayload.authorizationInfo.permission',
    ],
  ],
  ['query', { category: 'dns' }, ['dns.question.name', 'query']],
  ['query', { product: 'zeek', service: 'dns' }, ['dns.question.name', 'zeek.dns.query', 'zeek.query', 'query']],
  ['source.ip', { category: 'webserver' }, ['source.ip']],
  ['source.ip', { product: 'linux', service: 'sshd' }, ['source.ip']],
  ['toString', { category: 'webserver' }, ['toString']],
])('%s of %o', (name, logsource, paths) => {
  expect(fieldPaths(name, logsource, 'sigma')).toEqual(paths);
});

test('ECS names are themselves, and a mapping tells what it knows', () => {
  expect(fieldPaths('Image', { product: 'windows' }, 'ecs')).toEqual(['Image']);
  expect(fieldMapping('Image', { product: 'windows' }, 'sigma').known).toBe(true);
  expect(fieldMapping('Whatever', { product: 'windows' }, 'sigma').known).toBe(false);
});
