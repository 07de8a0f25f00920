/** ATT&CK tactics (Enterprise), by the name Sigma's `attack.` tags use, with hyphens. Source: attack.mitre.org. */
export const TACTICS: Readonly<Record<string, { readonly id: string; readonly name: string }>> = {
  reconnaissance: { id: 'TA0043', name: 'Reconnaissance' },
  'resource-development': { id: 'TA0042', name: 'Resource Development' },
  'initial-access': { id: 'TA0001', name: 'Initial Access' },
  execution: { id: 'TA0002', name: 'Execution' },
  persistence: { id: 'TA0003', name: 'Persistence' },
  'privilege-escalation': { id: 'TA0004', name: 'Privilege Escalation' },
  'defense-evasion': { id: 'TA0005', name: 'Defense Evasion' },
  'credential-access': { id: 'TA0006', name: 'Credential Access' },
  discovery: { id: 'TA0007', name: 'Discovery' },
  'lateral-movement': { id: 'TA0008', name: 'Lateral Movement' },
  collection: { id: 'TA0009', name: 'Collection' },
  'command-and-control': { id: 'TA0011', name: 'Command and Control' },
  exfiltration: { id: 'TA0010', name: 'Exfiltration' },
  impact: { id: 'TA0040', name: 'Impact' },
};

/** ECS `threat.*` as far as a rule's tags tell it. */
export interface Threat {
  readonly [key: string]: string | { readonly [key: string]: readonly string[] | { readonly id: readonly string[] } };
}

const TECHNIQUE = /^t\d{4}$/u;
const SUBTECHNIQUE = /^t\d{4}\.\d{3}$/u;

/**
 * `threat.*` from Sigma tags (`attack.t1110.001`, `attack.credential-access`, also with underscores).
 *
 * A sub-technique names its technique too. Undefined where no tag is ATT&CK's. Unknown tags are left out.
 */
export function threatOf(tags: readonly string[]): Threat | undefined {
  const attack = tags.filter((tag) => /^attack\./iu.test(tag)).map((tag) => tag.slice(7).toLowerCase());
  const tactics = attack.flatMap((tag) => TACTICS[tag.replaceAll('_', '-')] ?? []);
  const sub = attack.filter((tag) => SUBTECHNIQUE.test(tag)).map((tag) => tag.toUpperCase());
  const plain = attack.filter((tag) => TECHNIQUE.test(tag)).map((tag) => tag.toUpperCase());
  const techniques = [...new Set([...plain, ...sub.map((id) => id.slice(0, 5))])];
  if (tactics.length === 0 && techniques.length === 0) return undefined;
  return {
    framework: 'MITRE ATT&CK',
    ...(tactics.length > 0 && { tactic: { id: tactics.map((t) => t.id), name: tactics.map((t) => t.name) } }),
    ...(techniques.length > 0 && {
      technique: { id: techniques, ...(sub.length > 0 && { subtechnique: { id: sub } }) },
    }),
  };
}
