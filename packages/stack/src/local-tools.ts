import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What Druid 33 and its build need. */
export const MINIMUM_JAVA = 17;
/** What versitygw's go.mod asks for. */
export const MINIMUM_GO = '1.25';

/** The java to start: that of JAVA_HOME, else the first on the PATH. */
export function javaCommand(): string {
  return javaTool('java');
}

function javaTool(name: 'java' | 'javac'): string {
  const home = process.env.JAVA_HOME;
  const own = home ? join(home, 'bin', name) : name;
  return home && existsSync(own) ? own : name;
}

/** Why the local Druid cannot be built and run here; empty when it can. */
export async function missingForDruid(): Promise<string[]> {
  const [java, javac, maven] = await Promise.all([
    firstMatch(javaTool('java'), ['-version'], /version "(\d+)/),
    firstMatch(javaTool('javac'), ['-version'], /javac (\d+)/),
    firstMatch('mvn', ['-version'], /Apache Maven ([\d.]+)/),
  ]);
  const reasons: string[] = [];
  if (java === null) reasons.push('Java is not installed');
  else if (Number(java) < MINIMUM_JAVA) reasons.push(`Java ${java} is older than ${MINIMUM_JAVA}`);
  else if (javac === null) reasons.push("Java's compiler is not installed (a JDK has it, a JRE has not)");
  else if (Number(javac) < MINIMUM_JAVA) reasons.push(`Java's compiler ${javac} is older than ${MINIMUM_JAVA}`);
  if (maven === null) reasons.push('Maven is not installed');
  return reasons;
}

/** Why `docker compose` cannot be used here; empty when it can. */
export async function missingForDocker(): Promise<string[]> {
  if ((await firstMatch('docker', ['--version'], /(Docker)/)) === null) return ['Docker is not installed'];
  if ((await firstMatch('docker', ['compose', 'version'], /(version)/)) === null) {
    return ["Docker's compose plugin is not installed"];
  }
  const engine = await firstMatch('docker', ['version', '--format', '{{.Server.Version}}'], /^(\d)/);
  return engine === null ? ['the Docker engine does not answer'] : [];
}

/** True when `go` is there and new enough. */
export async function hasGo(): Promise<boolean> {
  const version = await firstMatch('go', ['version'], /go(\d+\.\d+)/);
  if (version === null) return false;
  return version.localeCompare(MINIMUM_GO, 'en', { numeric: true }) >= 0;
}

export async function hasPython(): Promise<boolean> {
  return (await firstMatch('python3', ['-c', 'import ensurepip, venv; print("venv")'], /(venv)/)) !== null;
}

/** The first group of `pattern` in what a command prints; null when it cannot be run, fails or prints something else. */
async function firstMatch(command: string, args: string[], pattern: RegExp): Promise<string | null> {
  try {
    const { stdout, stderr } = await run(command, args, { timeout: 20_000 });
    return pattern.exec(stdout + stderr)?.[1] ?? null;
  } catch {
    return null;
  }
}
