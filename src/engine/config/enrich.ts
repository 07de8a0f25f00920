import { z } from 'zod';
import { LIST_KINDS } from '../../normalise/enrich/lists.js';

const name = z.string().regex(/^\w{1,64}$/, 'use letters, digits and underscores, 64 at most');

/** `lists:`, `assets:` and `geoip:`: the operator's own data about addresses, names and machines. */
export const ENRICH_KEYS = {
  lists: z
    .record(name, z.strictObject({ path: z.string().min(1), kind: z.enum(LIST_KINDS).default('text') }))
    .default({}),
  assets: z.string().min(1).optional(),
  geoip: z.strictObject({ city: z.string().min(1).optional(), asn: z.string().min(1).optional() }).optional(),
};
