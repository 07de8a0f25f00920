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

const CHANNELS: Readonly<Record<string, string>> = {
  security: 'system.security',
  system: 'system.system',
  application: 'system.application',
  'microsoft-windows-sysmon/operational': 'windows.sysmon_operational',
  'microsoft-windows-powershell/operational': 'windows.powershell_operational',
  'windows powershell': 'windows.powershell',
  'microsoft-windows-applocker/exe and dll': 'windows.applocker_exe_and_dll',
  'microsoft-windows-applocker/msi and script': 'windows.applocker_msi_and_script',
  'microsoft-windows-applocker/packaged app-deployment': 'windows.applocker_packaged_app_deployment',
  'microsoft-windows-applocker/packaged app-execution': 'windows.applocker_packaged_app_execution',
  'microsoft-windows-windows defender/operational': 'windows.windows_defender',
};

const OTHER = 'windows.forwarded';
/** Elastic's data sets of Windows' channels. */
export const DATASETS: readonly string[] = [...Object.values(CHANNELS), OTHER];

/** Elastic's data set of a channel, whose name is told in lower case. */
export function datasetOf(log: string): string {
  return Object.hasOwn(CHANNELS, log) ? (CHANNELS[log] as string) : OTHER;
}
