import { z } from 'zod';
import { STANCES } from '#src/core/claim/definition.ts';
import { CUE_KINDS } from '#src/core/stance/cues.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'is lower-case letters, digits, dots and dashes');
const term = z.string().min(1);
const terms = z.array(term);

const group = z.union([
  term,
  terms.min(1),
  z.strictObject({ any: terms.min(1) }),
  z.strictObject({ amount: z.string().min(1) }),
]);

const wayFields = {
  all: z.array(group).optional().describe('Groups that must all be met, in any order'),
  'in-order': z.array(group).optional().describe('Groups that must be met one after the other'),
  not: terms.optional().describe('Terms that must not stand in the same sentence'),
  within: z.string().optional().describe('sentence (default), N sentences, N words or paragraph'),
  reference: z
    .enum(['near', 'named'])
    .optional()
    .describe(
      'What the claim is about must be referred to nearby, or by name or description: not only be the subject of the article',
    ),
  candidate: z.boolean().optional().describe('A match is only a candidate for a person to judge'),
};

const example = z.union([
  z.string().min(1),
  z.strictObject({ title: z.string().optional(), text: z.string().min(1), stance: z.enum(STANCES).optional() }),
]);

/** One topic of a ledger. */
export const topicSchema = z.strictObject({
  id,
  any: terms.min(1),
  near: terms.optional(),
  also: terms.optional(),
  not: terms.optional(),
});

/** The entities of a ledger by id: names, and the descriptions that stand for them. */
export const entitiesSchema = z.record(
  id,
  z.strictObject({
    description: z.string().optional(),
    kind: z.enum(['actor', 'thing']).optional(),
    names: terms.min(1),
    also: terms.optional(),
  }),
);

/** The reusable word lists of a ledger by id, used as `$id`. */
export const setsSchema = z.record(id, terms.min(1));

/** One claim of a ledger; the meaning of terms, sets and entities is checked by compileLedger. */
export const claimSchema = z.strictObject({
  id,
  short: z.string().min(1),
  statement: z.string().min(1),
  about: z
    .union([id, z.array(id)])
    .optional()
    .describe('The entities of which one must be named or clearly referred to'),
  beside: z.array(id).optional().describe('Entities that may stand in the sentence without being its subject'),
  ...wayFields,
  ways: z.array(z.strictObject(wayFields)).optional().describe('Several ways to state the claim, instead of one'),
  records: z
    .array(z.string())
    .optional()
    .describe('Units (GPU-hours) or amounts ($50m..) of the sentence that are kept with a tagging'),
  conflicts: z.string().optional().describe('Unit whose values in a disputing sentence are kept as conflicting'),
  'disputed-by': terms.optional().describe('Words that dispute this claim; general words of denial are built in'),
  languages: z.array(z.string()).optional(),
  stance: z
    .strictObject({
      usual: z.enum(['supports', 'reports']).optional(),
      ignore: z.array(z.enum(CUE_KINDS)).optional(),
      speakers: terms
        .optional()
        .describe('Words that name a speaker inside the claim itself: found with it, it is a report'),
      'not-speakers': terms.optional().describe('Documents that state a fact and speak for nobody'),
      'keep-report': z.boolean().optional(),
      hypothetical: z.literal('counts').optional(),
    })
    .optional(),
  examples: z.strictObject({ match: z.array(example).optional(), 'no-match': z.array(example).optional() }).optional(),
});

/** What amounts of one unit can measure; units and terms are checked by compileLedger. */
export const measuresSchema = z.array(
  z.strictObject({
    name: z.string().min(1).max(60).describe('As pages show it, such as training run'),
    unit: z.string().describe('A currency code, GPUs or GPU-hours'),
    any: terms
      .min(1)
      .optional()
      .describe('Words near the amount that tell; without them it takes what is left of its unit'),
  }),
);

/** The sections that decide what is found, as a ledger file writes them. */
export const claimSectionShape = {
  topics: z.array(topicSchema),
  entities: entitiesSchema.optional(),
  sets: setsSchema.optional(),
  measures: measuresSchema.optional(),
  claims: z.array(claimSchema),
};
