/**
 * Names of rules and hashes of definitions that were stored when the order of keys still counted. The same rules must not look
 * like other ones, or every article of an older store would wait to be tagged again for nothing.
 */
import type { Ledger } from '#src/config/schema.ts';
import { formerRulesKeyOf, rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { definitionHash, formerDefinitionHash } from '#src/core/tagging/tagging.ts';
import type { Tx } from './store.ts';

/** Gives what the newest stored ledger named by its former key the key it has now; finds nothing to do the second time. */
export async function settleHashes(tx: Tx, stored: Ledger): Promise<void> {
  const [former, key] = [formerRulesKeyOf(stored), rulesKeyOf(stored)];
  if (former !== key) {
    await tx.updateTable('versions').set({ tagged_with: key }).where('tagged_with', '=', former).execute();
    await tx.updateTable('judgements').set({ rules_key: key }).where('rules_key', '=', former).execute();
  }
  const definitions = await tx.selectFrom('claim_definitions').selectAll().execute();
  for (const row of definitions) {
    const { definition, hash } = row;
    const now = definitionHash(definition);
    if (hash === now || hash !== formerDefinitionHash(definition)) continue;
    const renamed = { ...row, hash: now, definition: JSON.stringify(definition) };
    await tx
      .insertInto('claim_definitions')
      .values(renamed)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx.updateTable('taggings').set({ definition_hash: now }).where('definition_hash', '=', hash).execute();
    await tx.deleteFrom('claim_definitions').where('hash', '=', hash).execute();
  }
}
