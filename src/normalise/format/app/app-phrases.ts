/** A log-in told by a sentence. */
export interface Phrase {
  readonly outcome: 'success' | 'failure';
  readonly user: string | undefined;
  readonly address: string | undefined;
}

// The address stands where the client cannot write behind it; names are taken up to the last place they can end.
const PHRASES: readonly (readonly [RegExp, Phrase['outcome']])[] = [
  // Gitea and Forgejo; the reason may name the user again, so a name with ` from ` in it leaves no address to believe
  [
    /^Failed authentication attempt for (?<user>(?:(?! from ).)*) from (?<address>[\da-f.:[\]]{2,50}?)(?::\d{1,5})?(?:: (?:(?! from ).)*)?$/i,
    'failure',
  ],
  [/^Failed authentication attempt for /i, 'failure'],
  // GitLab's application log
  [/^Failed Login: username=(?<user>.*) ip=(?<address>[\da-f.:]{2,50})$/i, 'failure'],
  [/^Successful Login: username=(?<user>.*) ip=(?<address>[\da-f.:]{2,50}) method=\S{1,64} admin=\S{1,8}$/i, 'success'],
  // Vaultwarden
  [
    /^Username or password is incorrect\. Try again\. IP: (?<address>[\da-f.:]{2,50})\. Username: (?<user>.*)\.$/i,
    'failure',
  ],
  [/^Invalid (?:admin token|TOTP code!).*? IP: (?<address>[\da-f.:]{2,50})$/i, 'failure'],
  // Nextcloud
  [/^Login failed: (?<user>.*) \(Remote IP: (?<address>[\da-f.:]{2,50})\)$/i, 'failure'],
];

/** The log-in a known sentence tells, or undefined. Linear: each pattern is anchored and has one open part. */
export function phraseOf(message: string | undefined): Phrase | undefined {
  if (message === undefined || message.length > 1024) return undefined;
  for (const [pattern, outcome] of PHRASES) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const { user, address } = found.groups ?? {};
    return { outcome, user, address: address?.replace(/^\[|\]$/g, '') };
  }
  return undefined;
}
