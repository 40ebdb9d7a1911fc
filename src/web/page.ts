import type { FastifyReply } from 'fastify';
import { countWaiting } from '#src/io/db/reviews.ts';
import { listSourceRows } from '#src/io/db/sources.ts';
import type { WebDeps } from './deps.ts';
import { keysHref, sheetHref } from './sheet.ts';
import { type PageContent, renderPage, type Shell } from './views/shell.ts';

/** Answers with a page inside the shell, whose header says how many sources fail and how many quotes wait for review. */
export async function sendPage(reply: FastifyReply, deps: WebDeps, page: PageContent): Promise<FastifyReply> {
  const sources = await listSourceRows(deps.db, deps.now());
  const failingCount = sources.filter((source) => source.state === 'failing' || source.state === 'gone').length;
  const waiting = await countWaiting(deps.db);
  const shell = { ...bareShell(deps), failingCount, waiting };
  return reply.type('text/html; charset=utf-8').send(renderPage(shell, page));
}

/** The shell without anything from the store, for pages that say that the store does not answer. */
export function bareShell(deps: WebDeps): Shell {
  return {
    ledgerName: deps.ledgerName(),
    zone: deps.zone(),
    failingCount: 0,
    waiting: { count: 0, hasMore: false },
    sheetHref,
    keysHref,
    canSubscribe: deps.mail.digest().subscribe === 'open',
  };
}
