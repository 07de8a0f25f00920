import type { Fields } from '../../../../event/index.js';
import { numberOf, stringOf } from '../../../raw.js';

/** Why a log-on failed, by FailureReason. Source: Microsoft, event 4625. */
const REASONS: Readonly<Record<string, string>> = {
  '%%2304': 'An Error occured during Logon.',
  '%%2305': 'The specified user account has expired.',
  '%%2306': 'The NetLogon component is not active.',
  '%%2307': 'Account locked out.',
  '%%2308': 'The user has not been granted the requested logon type at this machine.',
  '%%2309': "The specified account's password has expired.",
  '%%2310': 'Account currently disabled.',
  '%%2311': 'Account logon time restriction violation.',
  '%%2312': 'User not allowed to logon at this computer.',
  '%%2313': 'Unknown user name or bad password.',
  '%%2314': 'Domain sid inconsistent.',
  '%%2315': 'Smartcard logon is required and was not used.',
};

/** Status and SubStatus of 4625 and 4776. Source: Microsoft, events 4625 and 4776. */
const STATUS: Readonly<Record<string, string>> = {
  '0x0': 'Status OK.',
  '0xc000005e': 'There are currently no logon servers available to service the logon request.',
  '0xc0000064': 'User logon with misspelled or bad user account',
  '0xc000006a': 'User logon with misspelled or bad password',
  '0xc000006d': 'This is either due to a bad username or authentication information',
  '0xc000006e': 'Unknown user name or bad password.',
  '0xc000006f': 'User logon outside authorized hours',
  '0xc0000070': 'User logon from unauthorized workstation',
  '0xc0000071': 'User logon with expired password',
  '0xc0000072': 'User logon to account disabled by administrator',
  '0xc00000dc': 'Indicates the Sam Server was in the wrong state to perform the desired operation.',
  '0xc0000133': 'Clocks between DC and other computer too far out of sync',
  '0xc000015b': 'The user has not been granted the requested logon type (aka logon right) at this machine',
  '0xc000018c':
    'The logon request failed because the trust relationship between the primary domain and the trusted domain failed.',
  '0xc0000192': 'An attempt was made to logon, but the Netlogon service was not started.',
  '0xc0000193': 'User logon with expired account',
  '0xc0000224': 'User is required to change password at next logon',
  '0xc0000225': 'Evidently a bug in Windows and not a risk',
  '0xc0000234': 'User logon with account locked',
  '0xc00002ee': 'Failure Reason: An Error occurred during Logon',
  '0xc0000371': 'The local account store does not contain secret material for the specified account',
  '0xc0000413':
    'Logon Failure: The machine you are logging onto is protected by an authentication firewall. The specified account is not allowed to authenticate to the machine.',
};

/** Bits of a Kerberos ticket's options, the highest first. Source: RFC 4120, section 5.4.1; Microsoft, event 4768. */
const TICKET_OPTIONS: readonly (readonly [number, string])[] = [
  [0x40000000, 'Forwardable'],
  [0x20000000, 'Forwarded'],
  [0x10000000, 'Proxiable'],
  [0x08000000, 'Proxy'],
  [0x04000000, 'Allow-postdate'],
  [0x02000000, 'Postdated'],
  [0x01000000, 'Invalid'],
  [0x00800000, 'Renewable'],
  [0x00400000, 'Initial'],
  [0x00200000, 'Pre-authent'],
  [0x00100000, 'Opt-hardware-auth'],
  [0x00080000, 'Transited-policy-checked'],
  [0x00040000, 'Ok-as-delegate'],
  [0x00020000, 'Request-anonymous'],
  [0x00010000, 'Name-canonicalize'],
  [0x00000020, 'Disable-transited-check'],
  [0x00000010, 'Renewable-ok'],
  [0x00000008, 'Enc-tkt-in-skey'],
  [0x00000002, 'Renew'],
  [0x00000001, 'Validate'],
];

/** Source: RFC 3961 and 8009's numbers as Microsoft names them, event 4768. */
const ENCRYPTIONS: Readonly<Record<string, string>> = {
  '0x1': 'DES-CBC-CRC',
  '0x3': 'DES-CBC-MD5',
  '0x11': 'AES128-CTS-HMAC-SHA1-96',
  '0x12': 'AES256-CTS-HMAC-SHA1-96',
  '0x17': 'RC4-HMAC',
  '0x18': 'RC4-HMAC-EXP',
  '0xffffffff': 'FAIL',
};

/** Kerberos results by their number. Source: RFC 4120, section 7.5.9, and Microsoft's list of event 4768. */
const KERBEROS: Readonly<Record<string, string>> = Object.fromEntries(
  (
    '0:KDC_ERR_NONE 1:KDC_ERR_NAME_EXP 2:KDC_ERR_SERVICE_EXP 3:KDC_ERR_BAD_PVNO 4:KDC_ERR_C_OLD_MAST_KVNO ' +
    '5:KDC_ERR_S_OLD_MAST_KVNO 6:KDC_ERR_C_PRINCIPAL_UNKNOWN 7:KDC_ERR_S_PRINCIPAL_UNKNOWN ' +
    '8:KDC_ERR_PRINCIPAL_NOT_UNIQUE 9:KDC_ERR_NULL_KEY a:KDC_ERR_CANNOT_POSTDATE b:KDC_ERR_NEVER_VALID ' +
    'c:KDC_ERR_POLICY d:KDC_ERR_BADOPTION e:KDC_ERR_ETYPE_NOTSUPP f:KDC_ERR_SUMTYPE_NOSUPP ' +
    '10:KDC_ERR_PADATA_TYPE_NOSUPP 11:KDC_ERR_TRTYPE_NO_SUPP 12:KDC_ERR_CLIENT_REVOKED 13:KDC_ERR_SERVICE_REVOKED ' +
    '14:KDC_ERR_TGT_REVOKED 15:KDC_ERR_CLIENT_NOTYET 16:KDC_ERR_SERVICE_NOTYET 17:KDC_ERR_KEY_EXPIRED ' +
    '18:KDC_ERR_PREAUTH_FAILED 19:KDC_ERR_PREAUTH_REQUIRED 1a:KDC_ERR_SERVER_NOMATCH ' +
    '1b:KDC_ERR_MUST_USE_USER2USER 1f:KRB_AP_ERR_BAD_INTEGRITY 20:KRB_AP_ERR_TKT_EXPIRED 21:KRB_AP_ERR_TKT_NYV ' +
    '22:KRB_AP_ERR_REPEAT 23:KRB_AP_ERR_NOT_US 24:KRB_AP_ERR_BADMATCH 25:KRB_AP_ERR_SKEW 26:KRB_AP_ERR_BADADDR ' +
    '27:KRB_AP_ERR_BADVERSION 28:KRB_AP_ERR_MSG_TYPE 29:KRB_AP_ERR_MODIFIED 2a:KRB_AP_ERR_BADORDER ' +
    '2c:KRB_AP_ERR_BADKEYVER 2d:KRB_AP_ERR_NOKEY 2e:KRB_AP_ERR_MUT_FAIL 2f:KRB_AP_ERR_BADDIRECTION ' +
    '30:KRB_AP_ERR_METHOD 31:KRB_AP_ERR_BADSEQ 32:KRB_AP_ERR_INAPP_CKSUM 33:KRB_AP_PATH_NOT_ACCEPTED ' +
    '34:KRB_ERR_RESPONSE_TOO_BIG 3c:KRB_ERR_GENERIC 3d:KRB_ERR_FIELD_TOOLONG 3e:KDC_ERR_CLIENT_NOT_TRUSTED ' +
    '3f:KDC_ERR_KDC_NOT_TRUSTED 40:KDC_ERR_INVALID_SIG 41:KDC_ERR_KEY_TOO_WEAK ' +
    '42:KRB_AP_ERR_USER_TO_USER_REQUIRED 43:KRB_AP_ERR_NO_TGT 44:KDC_ERR_WRONG_REALM'
  )
    .split(' ')
    .map((pair) => pair.split(':'))
    .map(([code = '', name = '']) => [`0x${code}`, name]),
);
const TICKET_EVENTS = new Set(['4768', '4769', '4770', '4771']);

/** Flags of an account, by bit. Source: Microsoft, MS-SAMR 2.2.1.12, "USER_ACCOUNT Codes". */
const ACCOUNT_FLAGS: readonly (readonly [number, string])[] = (
  'ACCOUNT_DISABLED HOME_DIRECTORY_REQUIRED PASSWORD_NOT_REQUIRED TEMP_DUPLICATE_ACCOUNT NORMAL_ACCOUNT MNS_LOGON_ACCOUNT ' +
  'INTERDOMAIN_TRUST_ACCOUNT WORKSTATION_TRUST_ACCOUNT SERVER_TRUST_ACCOUNT DONT_EXPIRE_PASSWORD ACCOUNT_AUTO_LOCKED ' +
  'ENCRYPTED_TEXT_PASSWORD_ALLOWED SMARTCARD_REQUIRED TRUSTED_FOR_DELEGATION NOT_DELEGATED USE_DES_KEY_ONLY ' +
  'DONT_REQUIRE_PREAUTH PASSWORD_EXPIRED TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION NO_AUTH_DATA_REQUIRED ' +
  'PARTIAL_SECRETS_ACCOUNT USE_AES_KEYS'
)
  .split(' ')
  .map((name, bit) => [1 << bit, `USER_${name}`]);

/** What the numbers of a log-on or a Kerberos ticket say in words, as Elastic names the fields. Unknown numbers stay silent. */
export function setLogonWords(fields: Fields, code: string, data: Fields): void {
  fields['winlog.logon.failure.reason'] = word(REASONS, stringOf(data, 'FailureReason'));
  if (code === '4625' || code === '4776') {
    fields['winlog.logon.failure.status'] = word(STATUS, stringOf(data, 'Status'));
    fields['winlog.logon.failure.sub_status'] = word(STATUS, stringOf(data, 'SubStatus'));
  }
  if (TICKET_EVENTS.has(code)) fields['winlog.event_data.StatusDescription'] = word(KERBEROS, stringOf(data, 'Status'));
  fields['winlog.event_data.TicketEncryptionTypeDescription'] = word(
    ENCRYPTIONS,
    stringOf(data, 'TicketEncryptionType'),
  );
  fields['winlog.event_data.TicketOptionsDescription'] = bits(TICKET_OPTIONS, numberOf(data, 'TicketOptions'));
  fields['winlog.event_data.NewUACList'] = bits(ACCOUNT_FLAGS, numberOf(data, 'NewUacValue'));
}

function word(table: Readonly<Record<string, string>>, value: string | undefined): string | undefined {
  const key = value?.toLowerCase() ?? '';
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function bits(table: readonly (readonly [number, string])[], value: number | undefined): string[] | undefined {
  const names = value === undefined ? [] : table.filter(([bit]) => (value & bit) === bit).map(([, name]) => name);
  return names.length === 0 ? undefined : names;
}
