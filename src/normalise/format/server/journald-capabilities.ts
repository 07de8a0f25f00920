import { detach } from '../../../event/index.js';

/** Linux capabilities by their bit. Source: linux/capability.h. */
const NAMES: readonly string[] = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST ' +
  'NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE ' +
  'SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM ' +
  'BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
)
  .split(' ')
  .map((name) => `CAP_${name}`);

const MOST_KNOWN = 256;
const known = new Map<string, readonly string[] | undefined>();

/**
 * The capabilities of a process by their names (a bit without a name by its number), from the journal's hexadecimal mask;
 * undefined where there are none. Costs one look-up for a mask seen before.
 */
export function capabilities(mask: string | undefined): readonly string[] | undefined {
  if (mask === undefined || !/^[0-9a-f]{1,16}$/i.test(mask)) return undefined;
  if (!known.has(mask)) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(detach(mask), namesOf(BigInt(`0x${mask}`)));
  }
  return known.get(mask);
}

function namesOf(mask: bigint): readonly string[] | undefined {
  const names: string[] = [];
  for (let bit = 0; mask >> BigInt(bit) > 0n; bit++) {
    if (((mask >> BigInt(bit)) & 1n) === 1n) names.push(NAMES[bit] ?? String(bit));
  }
  return names.length === 0 ? undefined : names;
}
