import type { ProcessIdentity } from './process-table.ts';
import type { ServerExit } from './server-process.ts';
import type { OnStep } from './step.ts';

/** What every server is started with. */
export interface StartOptions<Port extends string> {
  /** Holds all that the server keeps, and its log. Made if missing. No other server may use it at the same time. */
  readonly dataDir: string;
  /** Ports of 127.0.0.1; free ones where not given. */
  readonly ports?: Readonly<Partial<Record<Port, number>>>;
  /** True: the server outlives this process. Default false: it ends with this process, even if that is killed. */
  readonly detached?: boolean;
  /** How long to wait for the first right answer. Default 180,000. */
  readonly timeoutMs?: number;
  /** Aborting it stops the start, and the server; after the start it does nothing. */
  readonly signal?: AbortSignal;
  /** Default: lines on standard error. */
  readonly onStep?: OnStep;
  /** Called when the process exists, long before it is ready. */
  readonly onLaunch?: (process: ProcessIdentity) => void;
}

export const START_TIMEOUT_MS = 180_000;

/** A server that answers. Its owner stops it. */
export interface RunningServer<Port extends string> extends AsyncDisposable {
  readonly process: ProcessIdentity;
  readonly ports: Readonly<Record<Port, number>>;
  readonly logFile: string;
  /** Settles when it has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<ServerExit>;
  /** No process of it is left when this resolves; its data stays. May be called again. */
  stop(): Promise<void>;
}
