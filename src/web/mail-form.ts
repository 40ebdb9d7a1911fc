/** What stands in the form about the daily mail. */
import { z } from 'zod';
import { mailChoices } from '#src/config/schema.ts';
import type { MailChoices } from '#src/io/db/subscriptions.ts';

/** The fields as a person filled them in. */
export type MailFormValues = {
  readonly address: string;
  readonly time: string;
  readonly zone: string;
  readonly dates: string;
  readonly empty: 'send' | 'skip';
  readonly claims: readonly string[];
};

/** One thing to correct, in words that can stand beside the form. */
export type FormMistake = { readonly field: keyof MailFormValues; readonly words: string };

/** Longest value that is read of any field; claims are ids. */
const valueLengthMax = 300;
const claimsMax = 1_000;

const choicesSchema = z.object({ time: mailChoices.time, zone: mailChoices.zone, dates: mailChoices.dates });

/** Reads a form that was sent. No claim ticked means all of them. Without `needsAddress` the address field is not looked at. */
export function readMailForm(
  body: unknown,
  options: { readonly needsAddress: boolean },
):
  | { readonly kind: 'right'; readonly address: string; readonly choices: MailChoices }
  | { readonly kind: 'wrong'; readonly values: MailFormValues; readonly mistakes: readonly FormMistake[] } {
  const fields = new URLSearchParams(typeof body === 'string' ? body : '');
  const read = (name: string): string => (fields.get(name) ?? '').trim().slice(0, valueLengthMax);
  const values: MailFormValues = {
    address: read('address'),
    time: read('time'),
    zone: read('zone'),
    dates: read('dates'),
    empty: read('empty') === 'skip' ? 'skip' : 'send',
    claims: fields.getAll('claims').slice(0, claimsMax),
  };
  const mistakes = listMistakes(values, options.needsAddress);
  if (mistakes.length > 0) return { kind: 'wrong', values, mistakes };
  const { time: localTime, zone, dates: dateLanguage, empty } = values;
  const claims = values.claims.length === 0 ? null : values.claims;
  return { kind: 'right', address: values.address, choices: { localTime, zone, dateLanguage, claims, empty } };
}

function listMistakes(values: MailFormValues, needsAddress: boolean): readonly FormMistake[] {
  const names = { address: 'The address', time: 'The time', zone: 'The time zone', dates: 'The language of dates' };
  const schema = needsAddress ? choicesSchema.extend({ address: mailChoices.address }) : choicesSchema;
  const issues = schema.safeParse(values).error?.issues ?? [];
  return issues.flatMap(({ path: [field], message }) =>
    field === 'address' || field === 'time' || field === 'zone' || field === 'dates'
      ? [{ field, words: `${names[field]} ${message}.` }]
      : [],
  );
}
