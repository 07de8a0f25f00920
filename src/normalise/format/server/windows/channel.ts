import type { Fields } from '../../../../event/index.js';

/** Where no channel is told, the provider names it. */
function channelOf(provider: string): string | undefined {
  if (provider === 'Microsoft-Windows-Security-Auditing') return 'Security';
  if (provider === 'Linux-Sysmon') return 'Linux-Sysmon/Operational';
  return provider.startsWith('Microsoft-Windows-') ? `${provider}/Operational` : undefined;
}

interface OwnChannel {
  readonly channel: string;
  readonly codes: RegExp;
  readonly fields: readonly string[];
}

/** Channels of events that name neither channel nor provider, by codes and fields that together no other has. */
const OWN_CHANNELS: readonly OwnChannel[] = [
  {
    channel: 'Microsoft-Windows-Sysmon/Operational',
    codes: /^(?:[1-9]|1\d|2\d)$/,
    fields: ['ProcessGuid', 'SourceProcessGUID', 'Image', 'SourceImage', 'TargetObject', 'TargetFilename', 'PipeName'],
  },
  {
    channel: 'Security',
    codes: /^(?:1102|4[6-9]\d\d|5\d{3})$/,
    fields: ['SubjectUserSid', 'SubjectUserName', 'SubjectLogonId', 'TargetUserName', 'NewProcessName', 'LogonType'],
  },
  { channel: 'Microsoft-Windows-PowerShell/Operational', codes: /^410[34]$/, fields: ['ScriptBlockText', 'Payload'] },
  { channel: 'System', codes: /^7045$/, fields: ['ServiceName', 'ImagePath'] },
];

/** Properties that tell a flat event with a code as Windows' own. */
export const OWN_FIELDS: readonly string[] = OWN_CHANNELS.flatMap(({ fields }) => fields);

/**
 * The channel of an event that does not tell it: its provider's, or where it has none, the one whose codes and fields it has.
 * Source: Sysmon's and Microsoft's event schemas.
 */
export function untoldChannel(provider: string | undefined, code: string, data: Fields): string | undefined {
  if (provider !== undefined) return channelOf(provider);
  const own = OWN_CHANNELS.find(
    ({ codes, fields }) => codes.test(code) && fields.some((name) => data[name] !== undefined),
  );
  return own?.channel;
}
