/** The ledger file as JSON Schema, so that an editor completes keys and underlines mistakes while they are typed. */
import { z } from 'zod';
import { ledgerSchema } from './schema.ts';

/**
 * The text of `ledger.schema.json` (JSON Schema 2020-12, two spaces, line feed at the end). It says what may be written, before
 * defaults are filled in. What only the whole file can tell (an id used twice, a term that cannot be read) stays with
 * `parseLedger`.
 */
export function renderLedgerJsonSchema(): string {
  const schema = { title: 'claimledger ledger', ...z.toJSONSchema(ledgerSchema, { io: 'input' }) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
