import type { Fields, FieldValue } from '../../../../event/index.js';
import { stringOf, text } from '../../../raw.js';
import { setCertificate } from '../../certificate.js';
import { type Row, setRows } from '../../mapped.js';
import type { WindowsEvent } from './event.js';
import { programName, setDomainUser, setFile } from './paths.js';
import type { CodeRow } from './security.js';

const DEFENDER = 'microsoft-windows-windows defender/operational';
const APPLOCKER = 'microsoft-windows-applocker/';
const INFO = ['info'];
const MALWARE: CodeRow = [['malware'], INFO, 'malware-detected'];
const DEFENDER_CODES: Readonly<Record<string, CodeRow>> = {
  '1116': MALWARE,
  '1117': MALWARE,
  '2000': [['process'], INFO, 'antivirus-updated'],
  '2050': [['file'], INFO, 'file-uploaded'],
  '5007': [['configuration'], ['change'], 'antivirus-configuration-changed'],
};
const OTHERWISE: CodeRow = [['process'], INFO];
const STARTED: CodeRow = [['process'], ['start']];

/** What an event of Defender's or AppLocker's log means; undefined for other logs. */
export function guardRow({ log, code, data }: WindowsEvent): CodeRow | undefined {
  if (log.startsWith(APPLOCKER)) return STARTED;
  if (log !== DEFENDER) return undefined;
  if (code === '1117' && stringOf(data, named('Action Name')) === 'Quarantine')
    return [['malware'], INFO, 'malware-quarantined'];
  return Object.hasOwn(DEFENDER_CODES, code) ? DEFENDER_CODES[code] : OTHERWISE;
}

/** A name with its spaces, and as Winlogbeat writes it. */
function named(name: string): readonly string[] {
  return [name, name.replaceAll(' ', '_')];
}

/** The host of a URL; what is none as it is. */
function hostOf(value: FieldValue): FieldValue | undefined {
  const found = text(value);
  return typeof found === 'string' ? (/^[a-z]{2,16}:\/\/([^/:?#]{1,255})/i.exec(found)?.[1] ?? found) : undefined;
}

const DEFENDER_ROWS: readonly Row[] = [
  ['event.reference', 'FWLink', text],
  ['destination.domain', 'Destination', hostOf],
  ['process.command_line', named('Target Commandline'), text],
  ['process.parent.command_line', named('Parent Commandline'), text],
  ['file.hash.sha256', 'Sha256', text],
];
const USER = [...named('Detection User'), 'User'];

/**
 * What Microsoft Defender found or did, and what AppLocker let run or not. Sources: Microsoft, "Review event logs and error
 * codes to troubleshoot Microsoft Defender Antivirus" and "Using Event Viewer with AppLocker"; Elastic's fields of both logs.
 */
export function setGuard(fields: Fields, event: WindowsEvent): void {
  if (event.log === DEFENDER) setDefender(fields, event);
  else if (event.log.startsWith(APPLOCKER)) setApplocker(fields, event);
}

function setDefender(fields: Fields, { code, data }: WindowsEvent): void {
  setRows(fields, data, DEFENDER_ROWS);
  const user = stringOf(data, USER);
  if (user?.includes('\\') === true) setDomainUser(fields, user);
  // `file:_C:\x.exe`, or several: the last.
  const path = stringOf(data, ['Path', 'FileName', 'Filename']);
  setFile(fields, path?.slice(path.lastIndexOf(':_') < 0 ? 0 : path.lastIndexOf(':_') + 2));
  const program = stringOf(data, named('Process Name'));
  if (program !== undefined) {
    if (code !== '1126') fields['process.executable'] = program;
    fields['process.name'] = programName(program);
  }
  const said = stringOf(data, named('Error Description'));
  if (said?.startsWith('The operation completed successfully') === true) fields['event.outcome'] = 'success';
}

function setApplocker(fields: Fields, { data, rest, userId }: WindowsEvent): void {
  fields['user.id'] = userId;
  const user = stringOf(data, 'User');
  if (user?.includes('\\') === true) setDomainUser(fields, user);
  fields['user.name'] ??= stringOf(rest, 'winlog.user.name');
  fields['process.pid'] = rest['winlog.process.pid'];
  const path = stringOf(data, 'FullFilePath');
  fields['file.path'] = path;
  fields['file.name'] = path === undefined ? undefined : programName(path);
  fields['file.hash.sha256'] = stringOf(data, 'FileHash');
  // `O=EXAMPLE, L=TOKYO, S=TOKYO, C=JP\PRODUCT\FILE.EXE\1.0`: who signed, and what the program says of itself.
  const [signer, product, original, version] = stringOf(data, 'Fqbn')?.slice(0, 2048).split('\\', 4) ?? [];
  setCertificate(fields, 'file.x509.subject', signer, true);
  fields['file.pe.product'] = product;
  fields['file.pe.original_file_name'] = original;
  fields['file.pe.file_version'] = version;
}
