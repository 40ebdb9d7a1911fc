/** Prints every quote that counts: as lines of JSON, as a table, or as linked data. */
import { stringify } from 'csv-stringify/sync';
import { buildClaimFeed, type EvidenceRow, evidenceColumns } from '#src/core/output/evidence-row.ts';
import { listDigestClaims } from '#src/io/db/evidence.ts';
import { listEvidence } from '#src/io/db/evidence-export.ts';
import type { House, Session } from './session.ts';

/** The formats of evidence. */
export const evidenceFormats = ['jsonl', 'csv', 'jsonld'] as const;

/** Prints the evidence in one of the formats, as it is read where the format lets it. */
export async function printEvidence(
  { deps }: House,
  { out }: Session,
  format: (typeof evidenceFormats)[number],
): Promise<void> {
  const rows = listEvidence(deps.db);
  if (format === 'jsonld') {
    const { ledger } = deps.inForce();
    const { host, port } = deps.config.listen;
    const names = { ledger: ledger.name, webUrl: ledger.web.publicUrl ?? `http://${host}:${port}` };
    const feed = buildClaimFeed(await listDigestClaims(deps.db), await Array.fromAsync(rows), names);
    out(`${JSON.stringify(feed, null, 2)}\n`);
    return;
  }
  if (format === 'csv') out(tableOf([], true));
  for await (const row of rows) out(format === 'csv' ? tableOf([row], false) : `${JSON.stringify(row)}\n`);
}

/** RFC 4180. What a spreadsheet would run as a formula gets a quote before it: quotes are other people's words. */
export function tableOf(rows: readonly EvidenceRow[], header: boolean): string {
  return stringify([...rows], {
    header,
    columns: [...evidenceColumns],
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}
