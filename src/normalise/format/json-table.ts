import type { JsonFormat } from '../line.js';
import { appLogin } from './app-login.js';
import { auth0 } from './auth0.js';
import { authelia } from './authelia.js';
import { authentik } from './authentik.js';
import { awsCloudtrail } from './aws-cloudtrail.js';
import { awsWaf } from './aws-waf.js';
import { azureActivity, azureAudit } from './azure/logs.js';
import { azureRisk } from './azure/risk.js';
import { azureSignin } from './azure/signin.js';
import { caddyAccess } from './caddy.js';
import { corazaLog } from './coraza-text.js';
import { envoyAccess } from './envoy.js';
import { gcpAudit } from './gcp-audit.js';
import { githubAudit } from './github-audit.js';
import { gitlab } from './gitlab.js';
import { kubernetesAudit } from './kubernetes.js';
import { keycloakJson } from './keycloak.js';
import { coraza, modsecurityJson } from './modsecurity.js';
import { o365Audit } from './o365-audit.js';
import { okta } from './okta.js';
import { postgresqlJson } from './postgresql-json.js';
import { snortJson } from './snort-json.js';
import { suricataEve } from './suricata.js';
import { traefikJson } from './traefik-json.js';
import { windows } from './windows/windows.js';
import { zeek } from './zeek/zeek.js';

/** The JSON formats of vendors and applications, in the order in which they are tried: the telling before the vague. */
export const VENDOR_FORMATS: readonly JsonFormat[] = [
  windows,
  suricataEve,
  snortJson,
  zeek,
  awsCloudtrail,
  awsWaf,
  okta,
  azureSignin,
  azureAudit,
  azureActivity,
  azureRisk,
  gcpAudit,
  kubernetesAudit,
  o365Audit,
  coraza,
  corazaLog,
  modsecurityJson,
  caddyAccess,
  traefikJson,
  envoyAccess,
  postgresqlJson,
  keycloakJson,
  auth0,
  githubAudit,
  authentik,
  gitlab,
  authelia,
  appLogin,
];
