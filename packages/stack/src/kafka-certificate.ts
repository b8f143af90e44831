import { existsSync, renameSync, rmSync } from 'node:fs';
import type { KafkaFiles } from './kafka-files.ts';
import { keytoolCommand } from './local-tools.ts';
import { runTool, type ToolOptions } from './run-tool.ts';

/** `broker.properties` says the same. It guards a key that nobody trusts but who is told to. */
const STORE_PASSWORD = 'hourmill-local';
const ALIAS = 'broker';
/** Options of the tool's JVM, for a life of a second. */
const BRIEF = ['-J-XX:TieredStopAtLevel=1', '-J-XX:+UseSerialGC'];

/**
 * Makes the broker's key and a certificate for localhost and 127.0.0.1 that is signed by itself, unless they are there.
 * A start that was cut half way makes both anew. Throws HM_STACK_004 when keytool fails.
 */
export async function makeCertificate(
  files: Pick<KafkaFiles, 'keystore' | 'caFile' | 'setupLog'>,
  options: Pick<ToolOptions, 'onStep' | 'signal'>,
): Promise<void> {
  if (existsSync(files.caFile)) return;
  rmSync(files.keystore, { force: true });
  const store = ['-alias', ALIAS, '-keystore', files.keystore, '-storepass', STORE_PASSWORD];
  const keytool = async (...args: string[]) => {
    const command = [keytoolCommand(), ...BRIEF, ...args, ...store];
    await runTool({ name: "making the broker's certificate", command, logFile: files.setupLog, ...options });
  };
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '3650', '-storetype', 'PKCS12'];
  const names = ['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1', '-ext', 'bc:c=ca:true'];
  await keytool('-genkeypair', ...key, ...names);
  const exported = `${files.caFile}.new`;
  await keytool('-exportcert', '-rfc', '-file', exported);
  renameSync(exported, files.caFile);
}
