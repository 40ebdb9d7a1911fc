/** A program of its own: writes `ledger.schema.json` anew after a change of the ledger's zod schema. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderLedgerJsonSchema } from '#src/config/json-schema.ts';
import { rootDir } from './source-tree.ts';

writeFileSync(join(rootDir, 'ledger.schema.json'), renderLedgerJsonSchema());
