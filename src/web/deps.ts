import type { FastifyBaseLogger } from 'fastify';
import type { DueWork } from '#jobs/plan-work.ts';
import type { MailPreview } from '#jobs/preview-mail.ts';
import type { RetagPreview } from '#jobs/preview-retag.ts';
import type { Ledger } from '#src/config/schema.ts';
import type { LinkKeys } from '#src/core/mail/link.ts';
import type { Reader } from '#src/io/db/readers.ts';
import type { Db } from '#src/io/db/store.ts';

/** What whoever supervises a process may ask of it. */
export type ProbeDeps = {
  /** Whether the store answers, takes writes and has this code's schema; the reason in words when not. */
  readonly isReady: () => Promise<{ readonly ok: boolean; readonly reason: string | null }>;
  readonly isStopping: () => boolean;
  /** The numbers of this process as Prometheus reads them; null where they are off. */
  readonly metrics: (() => Promise<string>) | null;
};

/** What the pages and the API need to know of the service that serves them. */
export type WebDeps = ProbeDeps & {
  readonly db: Db;
  readonly now: () => Temporal.Instant;
  /** False in tests: nothing is logged. */
  readonly log: FastifyBaseLogger | false;
  /** Both follow the ledger file, which may change while the service runs. */
  readonly ledgerName: () => string;
  /** The zone in which the pages write times and begin days. */
  readonly zone: () => string;
  /** Names the rules in force, for telling what stands by earlier ones. */
  readonly rulesKey: () => string;
  /** The token that writing actions ask for; null = there are none. */
  readonly token: string | null;
  /** The token that reading asks for; null = reading is open. */
  readonly readToken: string | null;
  /** Where readers reach the pages, when it is not the address that is listened on. */
  readonly publicUrl: string | null;
  /** What the pages behind the links in mails need. */
  readonly mail: MailDoor;
  /** What the pages of the operator need. */
  readonly work: WorkDoor;
};

/** The work of the service as the pages see it. */
export type WorkDoor = {
  readonly countDue: () => Promise<DueWork>;
  /** What the rules in the ledger file would change about stored articles; the file may be ahead of the rules in force. */
  readonly previewRules: () => Promise<RetagPreview>;
  /** Puts the ledger file in force and begins to judge stored articles by it. */
  readonly applyRules: () => Promise<void>;
};

/** The daily mail as the pages see it. */
export type MailDoor = {
  readonly linkKeys: LinkKeys;
  readonly digest: () => Ledger['digest'];
  readonly listReaders: () => Promise<readonly Reader[]>;
  /** What the next mail to a reader would say; null when there is no such reader. */
  readonly preview: (readerId: string) => Promise<MailPreview | null>;
  /** Looks at what is due now, instead of at the next minute. */
  readonly lookForWork: () => Promise<void>;
};
