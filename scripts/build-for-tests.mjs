// Builds what tests run: the kernel, then the command. With HOURMILL_TEST_KERNEL, the path of another build of the kernel,
// nothing is built: one operator can be tested while other sources do not compile.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const scripts = process.env.HOURMILL_TEST_KERNEL === undefined ? ['build-kernel.mjs', 'bundle.mjs'] : [];
for (const script of scripts) {
  execFileSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], { stdio: 'inherit' });
}
