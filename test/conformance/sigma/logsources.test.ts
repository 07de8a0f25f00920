/**
 * Which rules a record feeds where it names its log source badly or not at all.
 *
 * Sources: Sigma taxonomy appendix 2.1 (log sources, W3C field names), Sysmon's and Microsoft's event schemas.
 */
import { expect, test } from 'vitest';
import { createDetector } from '../../../src/detect/compile.js';
import type { EcsEvent } from '../../../src/event/index.js';
import { createNormaliser } from '../../../src/normalise/normaliser.js';
import { load, type Json } from './harness.js';

function matches(logsource: string, selection: string, record: Json): boolean {
  const text = `title: R\nid: r\nlevel: low\nlogsource: {${logsource}}\ndetection:\n  s: {${selection}}\n  condition: s\n`;
  const events: EcsEvent[] = [];
  const source = { id: 'f', label: 'f', settings: { timezone: 'UTC', host: 'h' } };
  const line = { text: JSON.stringify(record), offset: 0, receiveTime: 0, bytes: undefined };
  createNormaliser({ derive: 'all' }).normalise(source, line, events);
  const detector = createDetector(load(text, { mapping: true }));
  return events.some((event) => detector.match(event).length > 0);
}

const WHOAMI = { Image: 'C:\\Windows\\System32\\whoami.exe', CommandLine: 'whoami /all' };
const PROCESS = 'product: windows, category: process_creation';
const STARTED = "Image|endswith: '\\whoami.exe', CommandLine|contains: '/all'";

test.each<[string, string, string, Json]>([
  ['Sysmon without channel and provider', PROCESS, STARTED, { EventID: 1, ...WHOAMI }],
  ['Sysmon by its provider', PROCESS, STARTED, { EventID: 1, SourceName: 'Microsoft-Windows-Sysmon', ...WHOAMI }],
  [
    'Sysmon of Linux',
    'product: linux, category: process_creation',
    "Image|endswith: /wget, CommandLine|contains: 'http:'",
    { EventID: 1, Channel: 'Linux-Sysmon/Operational', Image: '/usr/bin/wget', CommandLine: 'wget http://x' },
  ],
  [
    'Security without channel and provider',
    'product: windows, service: security',
    'EventID: 4625, TargetUserName: bob',
    { EventID: 4625, TargetUserName: 'bob', LogonType: 3 },
  ],
  [
    'a process by Security',
    PROCESS,
    "Image|endswith: '\\whoami.exe'",
    { EventID: 4688, NewProcessName: 'C:\\Windows\\System32\\whoami.exe', SubjectUserName: 'bob' },
  ],
  [
    'PowerShell without channel and provider',
    'product: windows, category: ps_script',
    'ScriptBlockText|contains: mimikatz',
    { EventID: 4104, ScriptBlockText: 'Invoke-Mimikatz' },
  ],
  [
    'a web log by W3C’s names',
    'category: webserver',
    "cs-method: POST, cs-uri-query|contains: 'cmd=', sc-status: 200",
    { 'cs-method': 'POST', 'cs-uri-stem': '/a.php', 'cs-uri-query': 'cmd=id', 'sc-status': 200 },
  ],
  ['a proxy log by W3C’s names', 'category: proxy', 'c-uri|contains: evil', { 'c-uri': 'http://evil.example/' }],
])('%s', (_title, logsource, selection, record) => {
  expect(matches(logsource, selection, record)).toBe(true);
});

test.each<[string, string, string, Json]>([
  ['another code with the same fields', PROCESS, STARTED, { EventID: 4711, ...WHOAMI }],
  ['a provider that says otherwise', PROCESS, STARTED, { EventID: 1, SourceName: 'Other', ...WHOAMI }],
  ['a web log is no proxy’s', 'category: proxy', 'cs-method: POST', { 'cs-method': 'POST', 'cs-uri-stem': '/a' }],
])('not %s', (_title, logsource, selection, record) => {
  expect(matches(logsource, selection, record)).toBe(false);
});
