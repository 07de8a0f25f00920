/** Throw-away keys for the servers' TLS listeners, made by Java's keytool. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of a key that lives as long as a test run and guards nothing. */
export const STORE_PASSWORD = 'sekisho-test';

/**
 * Makes a key and its self-signed certificate for 127.0.0.1 and localhost in `folder`: `store` is a PKCS #12 file that
 * serves as key store, `certificate` the PEM text that a client trusts.
 */
export function makeKey(java, folder) {
  const store = join(folder, 'tls.p12');
  const pem = join(folder, 'ca.pem');
  const common = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD, '-alias', 'server'];
  const names = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1', '-ext', 'bc:c=ca:true'];
  keytool(java, ['-genkeypair', ...common, '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '30', ...names]);
  keytool(java, ['-exportcert', '-rfc', ...common, '-file', pem]);
  return { store, certificateFile: pem, certificate: readFileSync(pem, 'utf8') };
}

function keytool(java, args) {
  const { status, stdout, stderr } = spawnSync(join(java, 'bin/keytool'), args, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`keytool ${args[0]} failed: ${stdout}${stderr}`);
}
