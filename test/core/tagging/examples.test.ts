import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { claimSectionShape } from '#src/config/claim-schema.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { checkExamples } from '#src/core/tagging/examples.ts';
import { riverLedger } from '#test/support/river-ledger.ts';

const source = readFileSync(new URL('../../../ledger.yaml', import.meta.url), 'utf8');
const shipped = compileLedger(z.object(claimSectionShape).parse(parse(source)));

describe('checkExamples', () => {
  it('reports a missed match and a wrong one with the reason', () => {
    const [claim] = riverLedger.claims;
    if (claim === undefined) throw new Error('the ledger has no claim');
    const disputes = 'disputes' as const;
    const examples = {
      match: ['Riverton Water cleaned the lake.', { text: 'Riverton Water poisoned the lake.', stance: disputes }],
      'no-match': ['Riverton Water polluted a lake.'],
    };
    const { value } = compileLedger({ ...riverLedger, claims: [{ ...claim, examples }] });
    expect(checkExamples(value).map(({ ok, reason }) => ({ ok, reason }))).toEqual([
      { ok: false, reason: 'no way of the claim is met' },
      { ok: false, reason: 'tagged: supports; wanted disputes' },
      { ok: false, reason: 'tagged by claims[0] through "polluted", "lake"' },
    ]);
  });
});

describe('the shipped ledger', () => {
  it('compiles without a problem', () => {
    expect(shipped.problems).toEqual([]);
  });

  it('passes every example of every claim', () => {
    expect(checkExamples(shipped.value).filter((result) => !result.ok)).toEqual([]);
  });

  it('has matches and near misses for each of its fifteen claims', () => {
    const { claims } = shipped.value;
    expect(claims).toHaveLength(15);
    for (const { definition } of claims) {
      expect(definition.examples?.match?.length, definition.id).toBeGreaterThanOrEqual(2);
      expect(definition.examples?.['no-match']?.length, definition.id).toBeGreaterThanOrEqual(2);
    }
  });
});
