/** Small ledgers for tests, checked as the file is. */
import { type Ledger, ledgerSchema } from '#src/config/schema.ts';
import { riverLedger } from './river-ledger.ts';

type LedgerInput = Parameters<typeof ledgerSchema.parse>[0] & object;

/** The river ledger with one source, one watched page and one reader; `parts` replace whole sections. */
export function makeLedger(parts: LedgerInput = {}): Ledger {
  return ledgerSchema.parse({
    version: 1,
    name: 'River',
    ...riverLedger,
    sources: [{ url: 'https://post.example/feed' }],
    pages: [{ url: 'https://water.example/statement' }],
    digest: { readers: [{ id: 'desk', address: 'desk@river.example' }] },
    ...parts,
  });
}
