import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What Druid 33 and Kafka 4 need. */
export const MINIMUM_JAVA = 17;
/** What versitygw's go.mod asks for. */
export const MINIMUM_GO = '1.25';

/** The java to start: that of JAVA_HOME, else the first on the PATH. */
export function javaCommand(): string {
  return javaTool('java');
}

/** The keytool that comes with {@link javaCommand}. */
export function keytoolCommand(): string {
  return javaTool('keytool');
}

function javaTool(name: 'java' | 'javac' | 'keytool'): string {
  const home = process.env.JAVA_HOME;
  const own = home ? join(home, 'bin', name) : name;
  return home && existsSync(own) ? own : name;
}

/** Why the local Druid cannot be built and run here; empty when it can. */
export async function missingForDruid(): Promise<string[]> {
  const [java, compiler, maven] = await Promise.all([missingJava(), missingCompiler(), missingMaven()]);
  return [java ?? compiler, maven].filter((reason) => reason !== null);
}

/** Why the local Kafka cannot be fetched and run here; empty when it can. Nothing of it is compiled. */
export async function missingForKafka(): Promise<string[]> {
  return (await Promise.all([missingJava(), missingMaven()])).filter((reason) => reason !== null);
}

async function missingJava(): Promise<string | null> {
  const version = await firstMatch(javaTool('java'), ['-version'], /version "(\d+)/);
  if (version === null) return 'Java is not installed';
  return Number(version) < MINIMUM_JAVA ? `Java ${version} is older than ${MINIMUM_JAVA}` : null;
}

async function missingCompiler(): Promise<string | null> {
  const version = await firstMatch(javaTool('javac'), ['-version'], /javac (\d+)/);
  if (version === null) return "Java's compiler is not installed (a JDK has it, a JRE has not)";
  return Number(version) < MINIMUM_JAVA ? `Java's compiler ${version} is older than ${MINIMUM_JAVA}` : null;
}

async function missingMaven(): Promise<string | null> {
  const version = await firstMatch('mvn', ['-version'], /Apache Maven ([\d.]+)/);
  return version === null ? 'Maven is not installed' : null;
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
