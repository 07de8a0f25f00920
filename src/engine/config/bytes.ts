import { z } from 'zod';

const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1_048_576, GiB: 1_073_741_824 };

/** A size as a string with a unit (`512 KiB`); becomes bytes. */
export const bytes = z
  .string({ error: 'a size needs its unit; write 512 KiB, 256 MiB or 2 GiB' })
  .transform((text, context) => {
    const match = /^(\d+)\s*(B|KiB|MiB|GiB)$/u.exec(text.trim());
    if (match !== null) return Number(match[1]) * (UNIT_BYTES[match[2] as string] as number);
    context.addIssue(`'${text}' is not a size; write a number and a unit: 512 KiB, 256 MiB, 2 GiB`);
    return z.NEVER;
  });
