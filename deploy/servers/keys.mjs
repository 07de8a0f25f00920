/** Throw-away keys for the servers' TLS listeners, made by Java's keytool. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './java.mjs';

/** Of a key that lives as long as a test run and guards nothing. */
export const STORE_PASSWORD = 'sekisho-test';

/**
 * Makes a key and its self-signed certificate for 127.0.0.1 and localhost in `folder`: `store` is a PKCS #12 file that
 * serves as key store, `certificate` the PEM text that a client trusts.
 */
export async function makeKey(java, folder) {
  const store = join(folder, 'tls.p12');
  const pem = join(folder, 'ca.pem');
  const common = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD, '-alias', 'server'];
  const names = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1', '-ext', 'bc:c=ca:true'];
  const keytool = (args) => runTool(join(java, 'bin/keytool'), args);
  await keytool(['-genkeypair', ...common, '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '30', ...names]);
  await keytool(['-exportcert', '-rfc', ...common, '-file', pem]);
  return { store, certificateFile: pem, certificate: readFileSync(pem, 'utf8') };
}
