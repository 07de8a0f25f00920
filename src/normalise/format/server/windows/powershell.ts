import type { FieldValue, Fields } from '../../../../event/index.js';
import { fill, textOf } from '../../../fields.js';
import { number, stringOf } from '../../../raw.js';
import { type Row, setRows } from '../../mapped.js';
import type { WindowsEvent } from './event.js';
import { PROCESS_NAMES, setCommandLine, setDomainUser, setFile } from './paths.js';
import type { CodeRow } from './security.js';
import { table } from '../../../lookup.js';

const PROCESS = ['process'];
const INFO: CodeRow = [PROCESS, ['info']];
const START: CodeRow = [PROCESS, ['start']];
const END: CodeRow = [PROCESS, ['end']];
const CODES = table<CodeRow>({ '400': START, '403': END, '4105': START, '4106': END });

/** What a code of PowerShell's two logs means: engine or script begins (400, 4105), ends (403, 4106), anything else. */
export function powershellRow(code: string): CodeRow {
  return CODES[code] ?? INFO;
}

const ROWS: readonly Row[] = [
  ['event.sequence', 'SequenceNumber', number],
  ['process.entity_id', ['HostID', 'HostId']],
  ['process.title', 'HostName'],
  ['powershell.id', ['ShellID', 'ShellId']],
  ['powershell.engine.version', 'EngineVersion'],
  ['powershell.engine.new_state', 'NewEngineState'],
  ['powershell.engine.previous_state', 'PreviousEngineState'],
  ['powershell.provider.new_state', 'NewProviderState'],
  ['powershell.provider.name', 'ProviderName'],
  ['powershell.pipeline_id', ['PipelineID', 'PipelineId']],
  ['powershell.runspace_id', ['RunspaceID', 'RunspaceId']],
  ['powershell.process.executable_version', 'HostVersion'],
  ['powershell.command.value', 'CommandLine'],
  ['powershell.command.path', 'CommandPath'],
  ['powershell.command.name', 'CommandName'],
  ['powershell.command.type', 'CommandType'],
  ['powershell.file.script_block_id', 'ScriptBlockId'],
  ['powershell.file.script_block_text', 'ScriptBlockText'],
  ['powershell.sequence', ['MessageNumber', 'DetailSequence'], number],
  ['powershell.total', ['MessageTotal', 'DetailTotal'], number],
];

/** Where the pairs of an event stand, and where its details, by code. */
const CONTEXT = table<string>({ '4103': 'ContextInfo', '800': 'param2' });
const DETAILS = table<string>({ '4103': 'Payload', '800': 'param3' });
const MAX_TEXT = 65_536;
const MAX_LINES = 512;

/**
 * Scripts, commands and engine states of PowerShell: its operational log, and the older `Windows PowerShell` whose events
 * carry a text of `Name=value` lines. Source: Microsoft, "about_Logging_Windows"; Elastic's powershell field reference.
 */
export function setPowershell(fields: Fields, { code, data, userId }: WindowsEvent): void {
  const context = stringOf(data, CONTEXT[code] ?? 'param3');
  // Not spread: what others of a document's family have is undefined in its own data.
  const all = context === undefined ? data : fill({ ...data }, pairsOf(context));
  setRows(fields, all, ROWS);
  setCommandLine(fields, PROCESS_NAMES, stringOf(all, 'HostApplication'));
  setFile(fields, stringOf(all, ['Path', 'ScriptName']));
  fields['user.id'] = userId;
  setUser(fields, all);
  const details = stringOf(data, DETAILS[code] ?? '');
  if (details !== undefined) fields['powershell.command.invocation_details'] = detailsOf(details);
}

/** Who runs a command; where somebody is connected from afar, that is the user, and the local account the destination's. */
function setUser(fields: Fields, all: Fields): void {
  const user = stringOf(all, ['User', 'UserId']);
  const connected = stringOf(all, ['ConnectedUser', 'Connected User']);
  if (user?.includes('\\') === true) setDomainUser(fields, user);
  if (connected?.includes('\\') !== true) return;
  fields['destination.user.name'] = fields['user.name'];
  fields['destination.user.domain'] = fields['user.domain'];
  setDomainUser(fields, connected);
  fields['source.user.name'] = fields['user.name'];
  fields['source.user.domain'] = fields['user.domain'];
}

/** `Name = value` or `Name=value`, one a line; names without their spaces. A line without `=` goes on with the value above. */
function pairsOf(text: string): Fields {
  const pairs: Fields = {};
  let last = '';
  for (const line of linesOf(text)) {
    const found = /^\s{0,64}([A-Za-z][A-Za-z ]{0,63}?) ?=\s?(.*)$/s.exec(line);
    if (found === null) {
      if (last !== '' && line.trim() !== '') pairs[last] = `${textOf(pairs, last) ?? ''}\n${line}`;
      continue;
    }
    last = (found[1] ?? '').replaceAll(' ', '');
    if (last === 'constructor' || last === 'prototype') last = '';
    else pairs[last] ??= (found[2] ?? '').trim();
  }
  return pairs;
}

/** `CommandInvocation(Get-X): "Get-X"` and `ParameterBinding(Get-X): name="Name"; value="x"`, one a line. */
function detailsOf(text: string): readonly FieldValue[] {
  const details: FieldValue[] = [];
  for (const line of linesOf(text)) {
    const found = /^([^:(]{1,64})\(([^)]{1,256})\):\s{0,8}(.*)$/s.exec(line);
    if (found === null) {
      if (line.trim() !== '') details.push({ value: line });
      continue;
    }
    const [, type = '', related_command = '', value = ''] = found;
    const bound = type === 'ParameterBinding' ? /^name=(.{1,256}?);\s{0,8}value=(.*)$/s.exec(value) : null;
    if (bound === null) details.push({ type, related_command, value });
    else details.push({ type, related_command, name: bound[1] ?? '', value: bound[2] ?? '' });
  }
  return details;
}

function linesOf(text: string): readonly string[] {
  return text.slice(0, MAX_TEXT).split(/\r?\n/, MAX_LINES);
}
