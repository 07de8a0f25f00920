import { describe, expect, test } from 'vitest';
import type { Fields, Logsource } from '../../event/index.js';
import {
  eventLogsources,
  logsourceContradicted,
  logsourceKey,
  logsourceMatches,
  overrideLogsources,
} from './logsource.js';

const sysmon = (code: unknown): Fields => ({
  'winlog.channel': 'Microsoft-Windows-Sysmon/Operational',
  'event.code': code as string,
});

describe('which logs an event is', () => {
  test.each<[string, Fields, Logsource]>([
    [
      'nginx access',
      { 'event.dataset': 'nginx.access' },
      { category: 'webserver', product: 'nginx', service: 'access' },
    ],
    ['nginx by its service', { 'event.dataset': 'nginx.error' }, { service: 'nginx' }],
    ['apache access', { 'event.dataset': 'apache.access' }, { category: 'webserver', service: 'apache' }],
    ['sshd', { 'event.dataset': 'system.auth', 'process.name': 'sshd' }, { product: 'linux', service: 'sshd' }],
    [
      'sshd-session',
      { 'event.dataset': 'system.auth', 'process.name': 'sshd-session' },
      { product: 'linux', service: 'sshd' },
    ],
    [
      'sshd is auth too',
      { 'event.dataset': 'system.auth', 'process.name': 'sshd' },
      { product: 'linux', service: 'auth' },
    ],
    [
      'sudo in the journal',
      { 'event.dataset': 'journald.log', 'process.name': 'sudo' },
      { product: 'linux', service: 'sudo' },
    ],
    ['cron', { 'event.dataset': 'system.syslog', 'process.name': 'cron' }, { product: 'linux', service: 'cron' }],
    [
      'authentication',
      { 'event.dataset': 'system.auth', 'event.category': ['authentication', 'session'] },
      { category: 'authentication' },
    ],
    [
      'ECS JSON of a log-in service',
      { 'event.dataset': 'shop.login', 'event.category': 'authentication' },
      { category: 'authentication', product: 'shop', service: 'login' },
    ],
    ['ECS JSON of the web', { 'event.category': ['web'] }, { category: 'webserver' }],
    [
      'auditd',
      { 'event.dataset': 'auditd.log', 'auditd.log.record_type': 'SYSCALL' },
      { product: 'linux', service: 'auditd' },
    ],
    [
      'auditd EXECVE',
      { 'event.dataset': 'auditd.log', 'auditd.log.record_type': 'EXECVE' },
      { product: 'linux', category: 'process_creation' },
    ],
    ['Sysmon 1', sysmon('1'), { product: 'windows', category: 'process_creation' }],
    ['Sysmon 13 as a number', sysmon(13), { product: 'windows', category: 'registry_set' }],
    ['Sysmon itself', sysmon('22'), { product: 'windows', service: 'sysmon' }],
    ['Security', { 'winlog.channel': 'Security', 'event.code': '4625' }, { product: 'windows', service: 'security' }],
    ['Security log-on', { 'winlog.channel': 'Security', 'event.code': '4625' }, { category: 'authentication' }],
    ['NXLog', { Channel: 'Security', EventID: 4688 }, { product: 'windows', category: 'process_creation' }],
    [
      'PowerShell',
      { 'winlog.channel': 'Microsoft-Windows-PowerShell/Operational', 'event.code': 4104 },
      { product: 'windows', category: 'ps_script' },
    ],
    ['CloudTrail', { 'event.dataset': 'aws.cloudtrail' }, { product: 'aws', service: 'cloudtrail' }],
    [
      'processes of an agent on Linux',
      { 'event.category': 'process', 'event.type': ['start'], 'host.os.type': 'linux' },
      { product: 'linux', category: 'process_creation' },
    ],
    [
      'macOS',
      { 'event.category': 'file', 'event.type': 'creation', 'host.os.family': 'darwin' },
      { product: 'macos', category: 'file_event' },
    ],
  ])('%s', (_, fields, rule) => {
    expect(logsourceMatches(rule, eventLogsources(fields))).toBe(true);
  });

  test.each<[string, Fields, Logsource]>([
    ['an error log is no access log', { 'event.dataset': 'nginx.error' }, { category: 'webserver' }],
    ['another program', { 'event.dataset': 'system.auth', 'process.name': 'sudo' }, { service: 'sshd' }],
    ['another product', { 'event.dataset': 'nginx.access' }, { category: 'webserver', product: 'apache' }],
    ['another Sysmon event', sysmon('3'), { product: 'windows', category: 'process_creation' }],
    ['nothing known', {}, { category: 'webserver' }],
    ['a hostile program name', { 'event.dataset': 'system.auth', 'process.name': 'constructor' }, { service: 'sshd' }],
  ])('not: %s', (_, fields, rule) => {
    expect(logsourceMatches(rule, eventLogsources(fields))).toBe(false);
  });

  test('keys are short and made of what the tables know, so that hostile names make none', () => {
    const key = (name: string): string => logsourceKey({ 'event.dataset': 'system.auth', 'process.name': name });
    expect(key('x1')).toBe(key('x2'));
    expect(key('__proto__')).toBe(key('x1'));
    expect(logsourceKey({ 'winlog.channel': 'Security', 'event.code': '99991' })).toBe(
      logsourceKey({ 'winlog.channel': 'Security', 'event.code': '99992' }),
    );
    expect(logsourceKey({ 'event.dataset': 'a|b|c'.repeat(1_000) }).length).toBeLessThan(300);
  });

  test("an input's own setting replaces the dimensions it sets", () => {
    const set = overrideLogsources(eventLogsources({ 'event.dataset': 'nginx.access' }), { product: 'Shop' });
    expect(logsourceMatches({ category: 'webserver', product: 'shop' }, set)).toBe(true);
    expect(logsourceMatches({ product: 'nginx' }, set)).toBe(false);
  });
});

test('without mapping only a field of the same name contradicts', () => {
  expect(logsourceContradicted({ category: 'proxy' }, {})).toBe(false);
  expect(logsourceContradicted({ category: 'proxy' }, { category: 'Proxy' })).toBe(false);
  expect(logsourceContradicted({ category: 'proxy' }, { category: 'dns' })).toBe(true);
  expect(logsourceContradicted({ product: 'windows' }, { 'logsource.product': 'linux' })).toBe(true);
});
