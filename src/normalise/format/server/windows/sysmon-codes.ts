import type { CodeRow } from './security.js';
import { table } from '../../../lookup.js';

const PROCESS = ['process'];
const FILE = ['file'];
const REGISTRY = ['configuration', 'registry'];
const CHANGE = ['change'];

/** Sysmon by event code. Source: Sysmon's documentation; Elastic's documented categories and actions of Sysmon's events. */
export const SYSMON: ReadonlyMap<string, CodeRow> = new Map<string, CodeRow>([
  ['1', [PROCESS, ['start'], 'Process creation']],
  ['2', [FILE, CHANGE, 'A process changed a file creation time']],
  ['3', [['network'], ['start', 'connection', 'protocol'], 'Network connection']],
  ['4', [PROCESS, CHANGE, 'Sysmon service state changed']],
  ['5', [PROCESS, ['end'], 'Process terminated']],
  ['6', [['driver'], ['start'], 'Driver loaded']],
  ['7', [PROCESS, CHANGE, 'Image loaded']],
  ['8', [PROCESS, CHANGE, 'CreateRemoteThread']],
  ['9', [PROCESS, ['access'], 'RawAccessRead']],
  ['10', [PROCESS, ['access'], 'ProcessAccess']],
  ['11', [FILE, ['creation'], 'FileCreate']],
  ['12', [REGISTRY, CHANGE, 'RegistryEvent (Object create and delete)']],
  ['13', [REGISTRY, CHANGE, 'RegistryEvent (Value Set)']],
  ['14', [REGISTRY, CHANGE, 'RegistryEvent (Key and Value Rename)']],
  ['15', [FILE, ['access'], 'FileCreateStreamHash']],
  ['16', [['configuration'], CHANGE, 'ServiceConfigurationChange']],
  ['17', [FILE, ['creation'], 'PipeEvent (Pipe Created)']],
  ['18', [FILE, ['access'], 'PipeEvent (Pipe Connected)']],
  ['19', [PROCESS, ['info'], 'WmiEvent (WmiEventFilter activity detected)']],
  ['20', [PROCESS, CHANGE, 'WmiEvent (WmiEventConsumer activity detected)']],
  ['21', [PROCESS, ['access'], 'WmiEvent (WmiEventConsumerToFilter activity detected)']],
  ['22', [['network'], ['connection', 'protocol', 'info'], 'DNSEvent (DNS query)']],
  ['23', [FILE, ['deletion'], 'FileDelete (File Delete archived)']],
  ['24', [undefined, CHANGE, 'ClipboardChange (New content in the clipboard)']],
  ['25', [PROCESS, CHANGE, 'ProcessTampering (Process image change)']],
  ['26', [FILE, ['deletion'], 'FileDeleteDetected (File Delete logged)']],
  ['27', [FILE, ['creation'], 'FileBlockExecutable']],
  ['28', [FILE, ['deletion'], 'FileBlockShredding']],
  ['29', [FILE, ['creation'], 'FileExecutableDetected']],
  ['255', [PROCESS, undefined, 'Error']],
]);

/** Events that say that something did not work. */
export const SYSMON_FAILURES: ReadonlySet<string> = new Set(['27', '255']);

/** `sysmon.dns.status` by QueryStatus: the usual ones. Source: Microsoft, system error codes. */
export const DNS_STATUS = table<string>({
  '0': 'SUCCESS',
  '5': 'ERROR_ACCESS_DENIED',
  '8': 'ERROR_NOT_ENOUGH_MEMORY',
  '13': 'ERROR_INVALID_DATA',
  '14': 'ERROR_OUTOFMEMORY',
  '123': 'ERROR_INVALID_NAME',
  '1214': 'ERROR_INVALID_NETNAME',
  '1223': 'ERROR_CANCELLED',
  '1460': 'ERROR_TIMEOUT',
  '4312': 'ERROR_OBJECT_NOT_FOUND',
  '9001': 'DNS_ERROR_RCODE_FORMAT_ERROR',
  '9002': 'DNS_ERROR_RCODE_SERVER_FAILURE',
  '9003': 'DNS_ERROR_RCODE_NAME_ERROR',
  '9004': 'DNS_ERROR_RCODE_NOT_IMPLEMENTED',
  '9005': 'DNS_ERROR_RCODE_REFUSED',
  '9501': 'DNS_INFO_NO_RECORDS',
  '9502': 'DNS_ERROR_BAD_PACKET',
  '9503': 'DNS_ERROR_NO_PACKET',
  '9504': 'DNS_ERROR_RCODE',
  '9505': 'DNS_ERROR_UNSECURE_PACKET',
  '9506': 'DNS_REQUEST_PENDING',
  '9551': 'DNS_ERROR_INVALID_TYPE',
  '9552': 'DNS_ERROR_INVALID_IP_ADDRESS',
  '9560': 'DNS_ERROR_INVALID_NAME_CHAR',
  '9701': 'DNS_ERROR_RECORD_DOES_NOT_EXIST',
  '9852': 'DNS_ERROR_NO_DNS_SERVERS',
  '10054': 'WSAECONNRESET',
  '10055': 'WSAENOBUFS',
  '10060': 'WSAETIMEDOUT',
});

/** Types of the records a DNS answer names, by number. Source: IANA, DNS parameters. */
export const DNS_TYPES: Readonly<Record<string, string>> = {
  '1': 'A',
  '2': 'NS',
  '5': 'CNAME',
  '6': 'SOA',
  '12': 'PTR',
  '13': 'HINFO',
  '15': 'MX',
  '16': 'TXT',
  '28': 'AAAA',
  '29': 'LOC',
  '33': 'SRV',
  '35': 'NAPTR',
  '39': 'DNAME',
  '41': 'OPT',
  '43': 'DS',
  '46': 'RRSIG',
  '47': 'NSEC',
  '48': 'DNSKEY',
  '255': 'ANY',
};
