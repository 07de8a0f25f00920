import type { JsonFormat } from '../line.js';
import { appLogin } from './app/app-login.js';
import { auth0 } from './app/auth0.js';
import { authelia } from './app/authelia.js';
import { authentik } from './app/authentik.js';
import { awsCloudtrail } from './cloud/aws-cloudtrail.js';
import { awsWaf } from './waf/aws-waf.js';
import { azureActivity, azureAudit } from './cloud/azure/logs.js';
import { azureRisk } from './cloud/azure/risk.js';
import { azureSignin } from './cloud/azure/signin.js';
import { caddyAccess } from './web/caddy.js';
import { cloudflare } from './web/cloudflare.js';
import { corazaLog } from './waf/coraza-text.js';
import { envoyAccess } from './web/envoy.js';
import { gcpAudit } from './cloud/gcp-audit.js';
import { gcpRequests } from './cloud/gcp-requests.js';
import { githubAudit } from './cloud/github-audit.js';
import { gitlab } from './app/gitlab.js';
import { kubernetesAudit } from './cloud/kubernetes.js';
import { keycloakJson } from './app/keycloak.js';
import { coraza, modsecurityJson } from './waf/modsecurity.js';
import { o365Audit } from './cloud/o365-audit.js';
import { okta } from './app/okta.js';
import { postgresqlJson } from './database/postgresql-json.js';
import { snortJson } from './ids/snort-json.js';
import { suricataEve } from './ids/suricata.js';
import { traefikJson } from './web/traefik-json.js';
import { windows } from './server/windows/windows.js';
import { zeek } from './ids/zeek/zeek.js';

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
  gcpRequests,
  kubernetesAudit,
  o365Audit,
  coraza,
  corazaLog,
  modsecurityJson,
  caddyAccess,
  cloudflare,
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
