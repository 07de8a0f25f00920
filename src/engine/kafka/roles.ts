/** The work of a site, which its members share. */
export const ROLES = ['detector', 'correlator', 'indexer'] as const;

/** A name of `ROLES`. */
export type Role = (typeof ROLES)[number];
