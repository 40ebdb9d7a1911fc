import type { Config } from '#src/config/load.ts';
import type { Ledger } from '#src/config/schema.ts';
import type { CompiledLedger } from '#src/core/claim/language.ts';
import type { LinkKeys } from '#src/core/mail/link.ts';
import type { Db, Store } from './db/store.ts';
import type { HttpDoor } from './http/door.ts';
import type { Log } from './log.ts';
import type { Mailer } from './mail.ts';
import type { Metrics } from './metrics.ts';
import type { Queue } from './queue.ts';
import type { WorkerPool } from './worker-pool.ts';

/** The ledger in force: its number, its content, and its rules ready to run. Replaced as a whole when the file changes. */
export type LedgerInForce = {
  readonly revision: number;
  readonly ledger: Ledger;
  readonly rules: CompiledLedger;
  /** Which rules and engine a tagging was made with; a version tagged with another text is due. */
  readonly rulesKey: string;
};

/** Everything that touches the world, handed down as one object. `now` is the only clock. */
export type Deps = {
  readonly db: Db;
  readonly store: Store;
  readonly http: HttpDoor;
  readonly pool: WorkerPool;
  readonly mailer: Mailer;
  readonly queue: Queue;
  readonly config: Config;
  /** The secrets that sign the links in mails. */
  readonly linkKeys: LinkKeys;
  readonly inForce: () => LedgerInForce;
  /** Puts the newest stored revision in force, when another process has stored one. */
  readonly refreshLedger: () => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => Temporal.Instant;
  /** A number from 0 up to 1, for spreading waits. */
  readonly random: () => number;
  /** Names this process in leases. */
  readonly owner: string;
  /** Aborts when the process has been asked to stop. */
  readonly signal: AbortSignal;
};
