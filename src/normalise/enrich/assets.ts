import type { Failure } from '../../event/index.js';
import { splitCsv } from '../text/csv.js';
import { Ranges } from './ranges.js';

/** What is known of a machine. */
export interface Asset {
  readonly role: string;
  readonly criticality: string;
}

/** Machines by name and by address. */
export interface Assets {
  /** The asset that a host name, address or the narrowest network stands for; case is ignored. */
  readonly find: (nameOrAddress: string) => Asset | undefined;
}

/**
 * Reads assets: a line `host or network,role,criticality` each, with or without that header; `#` begins a remark. A line of
 * another form is left out and reported with its place. A later line wins. Linear.
 */
export function readAssets(text: string, path: string, report: (failure: Failure) => void): Assets {
  const ranges = new Ranges<Asset>();
  const names = new Map<string, Asset>();
  text.split(/\r?\n/).forEach((line, index) => {
    if (/^\s*(?:#|$)/.test(line) || (index === 0 && /^\s*"?(?:host|match|asset)/i.test(line))) return;
    const [match = '', role = '', criticality = ''] = splitCsv(line, 3)?.map((value) => value.trim()) ?? [];
    if (match === '' || role === '') {
      const message = `${path}:${index + 1}: is no asset; write 'host or network,role,criticality'`;
      report({ code: 'enrich.asset', message });
    } else if (!ranges.add(match, { role, criticality })) names.set(match.toLowerCase(), { role, criticality });
  });
  return { find: (key) => names.get(key.toLowerCase()) ?? ranges.find(key) };
}
