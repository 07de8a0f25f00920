/** What one of Auth0's log event type codes means. */
export interface Auth0Type {
  /** The code in words. */
  readonly words: string;
  readonly action: string;
  /** What the event is besides authentication. */
  readonly category: readonly string[];
  readonly type: readonly string[];
  /** Auth0's group of the code: what it is about and whether it succeeded. */
  readonly group: string;
}

/**
 * Codes by group: code, action, categories (besides authentication), types, and the code in words. Source: Auth0 documentation,
 * "Log event type codes"; the actions are those of Elastic's Auth0 fields.
 */
const TABLE = `
Login - Failure:
  f failed-login - info Failed login
  fc failed-connector-login - info Failed connector login
  fco origin-not-allowed - info Origin is not in the application's Allowed Origins list
  fcoa failed-cross-origin-authentication - info Failed cross-origin authentication
  fens failed-native-social-login - info Failed native social login
  fp incorrect-password - info Incorrect password
  fu invalid-username-or-email threat info+indicator Invalid email or username
Login - Notification:
  w warnings-during-login threat info+indicator Warnings during login
Login - Success:
  s successful-login session info+start Successful login
  scoa successful-cross-origin-authentication session info+start Successful cross-origin authentication
  sens successful-native-social-login session info+start Successful native social login
Logout - Failure:
  flo user-logout-failed session info User logout failed
Logout - Success:
  slo user-logout-successful session info+end User successfully logged out
Signup - Failure:
  fs user-signup-failed iam info+creation+user User signup failed
Silent Authentication - Failure:
  fsa failed-silent-authentication threat info+indicator Failed silent authentication
Silent Authentication - Success:
  ssa successful-silent-authentication - info Successful silent authentication
Token Exchange - Failure:
  feacft failed-exchange-auth-code-for-access-token network+web info+protocol+error Failed exchange of Authorization Code for Access Token
  feccft failed-exchange-access-token-for-client-cred-grant network+web info+protocol+error Failed exchange of Access Token for a Client Credentials Grant
  fede failed-exchange-device-code-for-access-token network+web info+protocol+error Failed exchange of Device Code for Access Token
  feoobft failed-exchange-password-oob-challenge-for-access-token network+web info+protocol+error Failed exchange of Password and OOB Challenge for Access Token
  feotpft failed-exchange-password-otp-challenge-for-access-token network+web info+protocol+error Failed exchange of Password and OTP Challenge for Access Token
  fepft failed-exchange-password-for-access-token network+web info+protocol+error Failed exchange of Password for Access Token
  fepotpft failed-exchange-passwordless-otp-for-access-token network+web info+protocol+error Failed exchange of Passwordless OTP for Access Token
  fercft failed-exchange-password-mfa-recovery-code-for-access-token network+web info+protocol+error Failed exchange of Password and MFA Recovery code for Access Token
  ferrt failed-exchange-rotating-refresh-token network+web info+protocol+error Failed exchange of Rotating Refresh Token
  fertft failed-exchange-refresh-token-for-access-token network+web info+protocol+error Failed exchange of Refresh Token for Access Token
Token Exchange - Success:
  seacft success-exchange-auth-code-for-access-token network+web info+protocol+access Successful exchange of Authorization Code for Access Token
  seccft success-exchange-access-token-for-client-cred-grant network+web info+protocol+access Successful exchange of Access Token for a Client Credentials Grant
  sede success-exchange-device-code-for-access-token network+web info+protocol+access Successful exchange of Device Code for Access Token
  seoobft success-exchange-password-oob-challange-for-access-token network+web info+protocol+access Successful exchange of Password and OOB Challenge for Access Token
  seotpft success-exchange-password-otp-challenge-for-access-token network+web info+protocol+access Successful exchange of Password and OTP Challenge for Access Token
  sepft success-exchange-password-for-access-token network+web info+protocol+access Successful exchange of Password for Access Token
  sercft success-exchange-mfa-recovery-code-for-access-token network+web info+protocol+access Successful exchange of Password and MFA Recovery code for Access Token
  sertft success-exchange-refresh-token-for-access-token network+web info+protocol+access Successful exchange of Refresh Token for Access Token
Management API - Failure:
  fapi failed-mgmt-api-operation web info+error Failed Management API operation
Management API - Success:
  sapi success-mgmt-api-op web+iam info+access+change Successful Management API operation
  mgmt_api_read success-mgmt-api-op-secrets-returned web+iam info+access API GET operation returning secrets completed successfully
System - Notification:
  admin_update_launch auth0-update-launched configuration change Auth0 Update Launched
  api_limit max-requests-reached network info+access The maximum number of requests to the Authentication or Management APIs in given time has reached
  coff ad-ldap-connector-offline network+web error+connection AD/LDAP Connector is offline
  con ad-ldap-connector-online network info+connection AD/LDAP Connector is online and working
  depnote deprecation-notice - info Deprecation Notice
  fcpro failed-ad-ldap-provision network info+connection+error Failed to provision a AD/LDAP connector
  fui failed-to-import-users iam+web info+user+error Failed to import users
  limit_delegation rate-limit-exceeded-to-delegation-endpoint network info+access Rate limit exceeded to /delegation endpoint
  limit_mu hundred-failed-logins-ip-address-blocked threat+intrusion_detection indicator+info An IP address is blocked with 100 failed login attempts using different usernames
  limit_wc ten-failed-logins-ip-address-blocked threat+intrusion_detection indicator+info An IP address is blocked with 10 failed login attempts into a single account from the same IP address
  sys_os_update_start auth0-os-update-started configuration+package change+start+installation Auth0 OS Update Started
  sys_os_update_end auth0-os-update-ended configuration+package change+end+installation Auth0 OS Update Ended
  sys_update_start auth0-update-started configuration+package change+start+installation Auth0 Update Started
  sys_update_end auth0-update-ended configuration+package change+end+installation Auth0 Update Ended
User/Behavioral - Failure:
  fce failed-to-change-user-email iam change+user Failed to change user email
  fcp failed-to-change-password iam change+user Failed to change password
  fcpn failed-to-change-phone-number iam change+user Failed to change phone number
  fcpr failed-change-password-request iam change+user Failed change password request
  fcu failed-to-change-username iam change+user Failed to change username
  fd failed-to-generate-delegation-token iam info+user Failed to generate delegation token
  fdeaz failed-device-authorization-request iam info+user Device authorization request failed
  fdecc user-device-not-confirmed - info User did not confirm device
  fdu failed-user-deletion iam deletion+user Failed user deletion
  fn failed-to-send-email-notification - info Failed to send email notification
  fv failed-to-send-verification-email - info Failed to send verification email
  fvr failed-to-process-verification-email - info Failed to process verification email request
User/Behavioral - Notification:
  cs passwordless-login-code-sent - info Passwordless login code has been sent
  du user-deleted iam info+user+deletion User has been deleted
  gd_enrollment_complete mfa-enrollment-completed iam+session info+change+end A first time MFA user has successfully enrolled using one of the factors
  gd_start_enroll mfa-enrollment-started iam+session info+change+start Multi-factor authentication enroll has started
  gd_unenroll mfa-device-unenrolled iam info+deletion Device used for second factor authentication has been unenrolled
  gd_update_device_account mfa-device-updated iam info+change Device used for second factor authentication has been updated
  ublkdu user-login-block-released - info User block setup by anomaly detection has been released
User/Behavioral - Success:
  sce user-email-changed-successfully iam info+change+user Successfully changed user email
  scp user-password-changed-successfully iam info+change+user Successfully changed password
  scpn user-phone-number-changed-successfully iam info+change+user Successfully changed phone number
  scpr user-password-change-request-successful iam info+change+user Successful change password request
  scu username-changed-successfully iam info+change+user Successfully changed username
  sdu user-deleted-successfully iam info+deletion User successfully deleted
  srrt revoked-refresh-token-successfully iam info+deletion Successfully revoked a Refresh Token
  sui imported-users-successfully iam info+user Successfully imported users
  sv sent-verification-email iam info+user Sent verification email
  svr email-verification-processed-successfully iam info+user Successfully processed verification email request
Other:
  fcph failed-post-change-password-hook iam change+user Failed Post Change Password Hook
  fdeac failed-to-activate-device - info Failed to activate device
  fi failed-to-accept-user-invitation - info Failed to accept a user invitation
  gd_auth_failed mfa-authentication-failed-wrong-code - info Multi-factor authentication failed
  gd_auth_rejected user-rejected-mfa-request - info A user rejected a Multi-factor authentication request via push-notification.
  gd_auth_succeed mfa-authentication-succeeded - info Multi-factor authentication success.
  gd_otp_rate_limit_exceed user-entered-too-many-incorrect-codes threat info+indicator Too many incorrect codes
  gd_recovery_failed user-entered-wrong-recovery-code - info A user enters a wrong recovery code when attempting to authenticate.
  gd_recovery_rate_limit_exceed user-entered-too-many-wrong-codes threat info+indicator A user enters a wrong recovery code too many times.
  gd_recovery_succeed recovery-succeeded - info A user successfully authenticates with a recovery code
  gd_send_pn push-notification-sent - info Push notification for MFA sent successfully sent.
  gd_send_sms sms-sent - info SMS for MFA successfully sent.
  gd_send_sms_failure failed-to-send-sms - info Attempt to send SMS for MFA failed.
  gd_send_voice voice-call-made - info Voice call for MFA successfully made.
  gd_send_voice_failure voice-call-failure - info Attempt to make Voice call for MFA failed.
  gd_start_auth 2fa-auth-event-started - info Second factor authentication event started for MFA.
  gd_tenant_update guardian-tenant-update - info Guardian tenant update
  limit_sul user-blocked-too-many-failed-logins-from-same-ip threat info+indicator A user is temporarily prevented from logging in
  mfar user-prompted-for-mfa - info A user has been prompted for multi-factor authentication (MFA).
  pla pre-login-assessment - info Pre-login assessment
  pwd_leak login-with-breached-password intrusion_detection info Someone behind the IP address attempted to login with a leaked password.
  scph success-post-change-password-hook - info Success Post Change Password Hook
  sd success-delegation - info Success delegation
  si successfully-accepted-user-invitation - info Successfully accepted a user invitation
  ss success-signup - info Success Signup
`;

/** The codes and their meanings. */
export const AUTH0_TYPES: ReadonlyMap<string, Auth0Type> = new Map(read(TABLE));

function* read(table: string): Generator<readonly [string, Auth0Type]> {
  let group = '';
  for (const line of table.split('\n')) {
    const found = /^ {2}(\S+) (\S+) (\S+) (\S+) (.+)$/.exec(line);
    if (found === null) group = line.slice(0, -1);
    else {
      const [, code = '', action = '', category = '', type = '', words = ''] = found;
      yield [
        code,
        { words, action, category: category === '-' ? [] : category.split('+'), type: type.split('+'), group },
      ];
    }
  }
}
